"""Where a segment is used: what changes when it does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tessella.domain.definitions import Definitions
from tessella.domain.definitions.targeting import parse_targeting
from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import ExperimentId, ProfileId, SegmentId, nearest
from tessella.domain.rules.reads import segments_read
from tessella.domain.segments.readers import Readers, readers_of
from tessella.ports import Session


@dataclass(frozen=True, slots=True)
class SegmentUsage:
    """What a segment points at, and what reads it."""

    segment_id: SegmentId
    #: None: its subjects get the namespace's defaults.
    profile_id: ProfileId | None
    #: An inactive segment is never chosen, and still read.
    active: bool
    readers: Readers
    #: Webhooks that are limited to this segment, perhaps among others; those of no segment are told of all.
    webhook_ids: Sequence[str]
    #: Experiments that are for some subjects only, by a rule that reads it or one of its readers.
    experiment_ids: Sequence[ExperimentId]


async def segment_usage(session: Session, segment_id: str) -> SegmentUsage:
    """What would change with a segment. Raises `NoSuch`."""
    snapshot = session.snapshot()
    known = snapshot.definitions.segments
    segment = known.get(SegmentId(segment_id))
    if segment is None:
        raise NoSuch("segment", segment_id, nearest(segment_id, known), known)
    readers = readers_of(segment.segment_id, snapshot.membership)
    webhooks = [each.webhook_id for each in await session.webhooks() if segment.segment_id in each.webhook.segment_ids]
    experiments = _targeting(snapshot.definitions, {segment.segment_id, *readers.directly, *readers.through_others})
    return SegmentUsage(segment.segment_id, segment.profile_id, segment.active, readers, webhooks, experiments)


def _targeting(definitions: Definitions, segments: Collection[SegmentId]) -> Sequence[ExperimentId]:
    """The experiments whose targeting reads one of the segments, by name."""
    rules = parse_targeting(definitions).items()
    return sorted(name for name, rule in rules if not set(segments).isdisjoint(segments_read(rule)))
