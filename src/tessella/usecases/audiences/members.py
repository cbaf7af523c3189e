"""Who is in a segment, a page at a time, in the order of their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.errors import CursorOfAnother
from tessella.domain.identifiers import SubjectId
from tessella.ports import Session
from tessella.ports.audience_reading import AudienceReading
from tessella.usecases.audiences.rows import audience_rows_of, changed_since, known_segment


@dataclass(frozen=True, slots=True)
class MemberCursor:
    """Where a page ended."""

    #: The calculation that it is of.
    version: str
    subject_id: SubjectId

    @staticmethod
    def read(text: str) -> MemberCursor:
        """From what `written` gave; of any other text the calculation is unknown."""
        version, _, subject_id = text.partition("/")
        return MemberCursor(version, SubjectId(subject_id))

    def written(self) -> str:
        """As text.

        >>> MemberCursor.read(MemberCursor("7", SubjectId("a/b")).written())
        MemberCursor(version='7', subject_id='a/b')
        """
        return f"{self.version}/{self.subject_id}"


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Some members as of a calculation."""

    audience: Audience
    #: The segment's rules are others now: these are of those before.
    is_changed: bool
    subjects: Sequence[SubjectId]
    #: None at the end.
    next_cursor: MemberCursor | None


async def list_members(
    session: Session, reader: AudienceReading, segment_id: str, *, after: MemberCursor | None, limit: int
) -> MemberPage:
    """The members after a cursor, at most `limit`.

    Nothing changes under a list until the next calculation, but that whoever opts out is left out at once.
    Raises `NoSuch`, `NotCounted`, `CursorOfAnother`, and as `audience_rows_of` and `AudienceReading.rows` do.
    """
    segment = known_segment(session.snapshot(), segment_id)
    rows = await audience_rows_of(session)
    if after is not None and after.version != rows.audience.version:
        raise CursorOfAnother(after.version)
    found = await reader.rows(
        f"SELECT {SUBJECT} FROM ({rows.sql}) WHERE {rows.member(segment)} AND {SUBJECT} > $after "
        f"ORDER BY 1 LIMIT {limit + 1}",
        {**rows.parameters, "after": "" if after is None else after.subject_id},
    )
    subjects = [SubjectId(each) for (each,) in found[:limit]]
    more = MemberCursor(rows.audience.version, subjects[-1]) if len(found) > limit else None
    return MemberPage(rows.audience, changed_since(session.snapshot(), rows.audience, segment), subjects, more)
