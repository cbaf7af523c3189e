"""The rows of the active calculation, without those who have opted out since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.fingerprints import fingerprints
from tessella.domain.audiences.layout import FIRST, SUBJECT, mask, word
from tessella.domain.errors import NoSuch, NothingCalculated
from tessella.domain.identifiers import DEFAULT_SEGMENT, Instant, SegmentId, SubjectId, nearest
from tessella.domain.segments.readers import with_all_read
from tessella.domain.segments.references import in_order_of_reading
from tessella.domain.segments.request_time import request_features
from tessella.domain.segments.segment import in_order_of_trial
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.audiences import ActiveAudience

#: Somebody's transaction may have begun so long before a calculation and not have been seen by it.
MARGIN_US: Final = 3_600_000_000
#: The parameter that holds them.
WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True)
class AudienceRows:
    """One row a subject, as SQL for DuckDB with its parameters."""

    audience: Audience
    sql: str
    parameters: Mapping[str, Any]

    def member(self, segment_id: SegmentId) -> str:
        """The condition that a subject is in a segment; of `default`, that they are in no active one.

        Raises `NotCounted`.
        """
        if segment_id == DEFAULT_SEGMENT:
            return f"{FIRST} IS NULL"
        position = self.audience.position(segment_id)
        return f"({word(position)} & {mask(position)}) <> 0"


async def audience_rows_of(session: Session) -> AudienceRows:
    """The rows that may be read now. Raises `NothingCalculated`, and `VersionUnusable` for files that are not whole."""
    active = await active_audience(session)
    from tessella.domain.audiences.rows import audience_rows  # loads sqlglot, which is not needed where nothing is read

    withdrawn = await withdrawn_since_begun(session, active.audience)
    return without(active.audience, audience_rows(active.audience, active.folder), withdrawn)


async def active_audience(session: Session) -> ActiveAudience:
    """The calculation in use. Raises likewise."""
    active = await session.audience()
    if active is None:
        raise NothingCalculated(session.caller.namespace)
    return active


async def withdrawn_since_begun(session: Session, audience: Audience) -> Sequence[SubjectId]:
    """Who has opted out since a calculation was begun, or so shortly before that it may not know."""
    return await session.withdrawn_since(Instant(begun_at(audience.version) - MARGIN_US))


def begun_at(version: str) -> Instant:
    """When a calculation was begun, which its version says: a UUID of version 7.

    >>> begun_at("019aa3a0-8000-7000-8000-000000000000")
    1763681796096000
    """
    return Instant((UUID(version).int >> 80) * 1_000)


def without(audience: Audience, rows: str, withdrawn: Sequence[SubjectId]) -> AudienceRows:
    """The rows without some subjects."""
    if not withdrawn:
        return AudienceRows(audience, rows, {})
    gone = f"SELECT unnest(CAST(${WITHDRAWN} AS VARCHAR[])) AS {SUBJECT}"
    kept = f"SELECT * FROM ({rows}) AS held ANTI JOIN ({gone}) AS gone USING ({SUBJECT})"
    return AudienceRows(audience, kept, {WITHDRAWN: list(withdrawn)})


def changed_since(snapshot: Snapshot, audience: Audience, segment_id: SegmentId) -> bool:
    """Whether a segment's rules, or what these read, are others than the calculation had. Raises `NotCounted`."""
    if segment_id == DEFAULT_SEGMENT:
        return False
    had = audience.segments[audience.position(segment_id)].fingerprint
    trees = with_all_read([segment_id], snapshot.membership)
    return fingerprints(in_order_of_reading(trees), trees, snapshot.schema)[segment_id] != had


def tried_otherwise(snapshot: Snapshot, audience: Audience) -> list[SegmentId]:
    """The segments whose first matches are others by the definitions now, if only for their own sake.

    Those with other rules, in another place among the rest, no longer tried or newly so.
    """
    if snapshot.version == audience.snapshot_version:
        return []
    requested = request_features(snapshot.membership, snapshot.schema)
    tried = [each.segment_id for each in in_order_of_trial(snapshot.definitions.segments.values())]
    told = fingerprints(in_order_of_reading(snapshot.membership), snapshot.membership, snapshot.schema)
    now = {each: told[each] for each in tried if not requested[each]}
    then = {each.segment_id: each.fingerprint for each in audience.tried_segments()}
    kept = [[each for each in some if each in other] for some, other in ((now, then), (then, now))]
    moved = {each for each, other in zip(*kept, strict=True) if each != other}
    return sorted({each for each in {*now, *then} if now.get(each) != then.get(each)} | moved)


def known_segment(snapshot: Snapshot, segment_id: str) -> SegmentId:
    """The segment of that name, `default` among them. Raises `NoSuch`."""
    named = SegmentId(segment_id)
    if named != DEFAULT_SEGMENT and named not in snapshot.membership:
        known = snapshot.definitions.segments
        raise NoSuch("segment", segment_id, nearest(segment_id, known), known)
    return named
