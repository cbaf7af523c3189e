"""The first members of a segment with what is known of them, for what is predicted of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.audiences.reading import sources_with
from tessella.domain.features.gate import Value
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import FeatureName, SegmentId, SubjectId
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.audience_reading import AudienceReading
from tessella.usecases.audiences.rows import AudienceRows, audience_rows_of, known_segment
from tessella.usecases.load_subject import load_facts

#: So many are looked at in a request. Source: requirement E, "Batch Limits".
FIRST_MEMBERS: Final = 1000


@dataclass(frozen=True, slots=True)
class SegmentRows:
    """A segment of the active calculation."""

    segment_id: SegmentId
    name: str
    rows: AudienceRows
    #: The condition of being in it.
    member: str

    @property
    def audience(self) -> Audience:
        """The calculation."""
        return self.rows.audience


@dataclass(frozen=True, slots=True)
class FirstMembers:
    """The first ones by id, and how many there are."""

    total: int
    #: None of one who has opted out since; empty of one of whom nothing that was asked for is known.
    values: Mapping[SubjectId, Mapping[FeatureName, Value] | None]


async def segment_rows(session: Session, segment_id: str) -> SegmentRows:
    """A segment by its name. Raises `NoSuch`, `NotCounted`, and as `audience_rows_of` does."""
    known = known_segment(session.snapshot(), segment_id)
    rows = await audience_rows_of(session)
    return SegmentRows(known, segment_name(session.snapshot(), known), rows, rows.member(known))


def segment_name(snapshot: Snapshot, segment_id: str) -> str:
    """What people call a segment; its id where it has no name."""
    declared = snapshot.definitions.segments.get(SegmentId(segment_id))
    return declared.name if declared is not None and declared.name else segment_id


async def count_members(reader: AudienceReading, segment: SegmentRows) -> int:
    """How many are in it. Raises as `AudienceReading.rows` does."""
    sql = f"SELECT count(*) FROM ({segment.rows.sql}) AS held WHERE {segment.member}"
    [(count,)] = await reader.rows(sql, segment.rows.parameters)
    return int(count)


async def first_members(
    session: Session, reader: AudienceReading, segment: SegmentRows, names: Sequence[FeatureName]
) -> FirstMembers:
    """The first members with the values of some features as they are now.

    Where a source does not give a row in time, those of the calculation stand for it. Raises as `AudienceReading.rows`.
    """
    held = [(name, column) for name, column in segment.audience.columns().items() if name in names]
    columns = ", ".join((SUBJECT, *(column for _, column in held)))
    sql = f"SELECT {columns} FROM ({segment.rows.sql}) AS held WHERE {segment.member} ORDER BY 1 LIMIT {FIRST_MEMBERS}"
    calculated = {
        SubjectId(row[0]): dict(_known(row[1:], [name for name, _ in held]))
        for row in await reader.rows(sql, segment.rows.parameters)
    }
    sources = sources_with(session.snapshot().sources.values(), names)
    facts = await load_facts(session, list(calculated), sources)
    values = {each: _values(facts[each], calculated[each], names) for each in calculated}
    total = len(values) if len(values) < FIRST_MEMBERS else await count_members(reader, segment)
    return FirstMembers(total, values)


def _known(cells: Sequence[Value | None], names: Sequence[FeatureName]) -> Iterator[tuple[FeatureName, Value]]:
    for name, cell in zip(names, cells, strict=True):
        if cell is not None:
            yield name, cell


def _values(
    facts: Facts | None, calculated: Mapping[FeatureName, Value], names: Sequence[FeatureName]
) -> Mapping[FeatureName, Value] | None:
    if facts is None:
        return None
    if facts.row_is_stale:
        return {**calculated, **_of(facts, names)}
    return _of(facts, names)


def _of(facts: Facts, names: Sequence[FeatureName]) -> dict[FeatureName, Value]:
    return {name: facts.values[name] for name in names if name in facts.values}
