"""Count who is in each segment, over the stored facts of a namespace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import DEFAULT_SEGMENT, FeatureName, Instant, SegmentId
from tessella.domain.rules.explain import evaluate
from tessella.domain.segments.request_time import features_without_facts
from tessella.domain.segments.segment import Segment, in_order_of_trial
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session


@dataclass(frozen=True, slots=True)
class MatchCount:
    """How many subjects one segment has."""

    segment_id: SegmentId
    name: str
    priority: int
    active: bool
    #: Everybody whom its rules match; None for the default, which has no rules, and for rules that read the request.
    matches: int | None
    #: Those for whom it is the first match, unless a request-time segment wins.
    first_matches: int
    #: The features that keep it from being counted: those of requests, and columns of sources.
    request_time: tuple[FeatureName, ...] = ()


async def count_matches(session: Session, *, at: Instant) -> list[MatchCount]:
    """Per segment, how many subjects with stored facts it has at `at`: in the order of trial, then the inactive ones.

    The default comes last. Subjects who have switched personalization off are not counted.
    """
    snapshot = session.snapshot()
    request_time = features_without_facts(snapshot.membership, snapshot.schema, snapshot.columns)
    countable = [each for each in snapshot.membership if not request_time[each]]
    tried = in_order_of_trial(snapshot.definitions.segments.values())
    members: Counter[SegmentId] = Counter()
    first: Counter[SegmentId] = Counter()
    async for subject_id, facts in session.stream_subjects():
        values = {**facts.values, SUBJECT: subject_id}
        matched = {each for each in countable if evaluate(snapshot.membership[each], values, at, snapshot.membership)}
        members.update(matched)
        first[next((each.segment_id for each in tried if each.segment_id in matched), DEFAULT_SEGMENT)] += 1
    return match_counts(snapshot, members, first, request_time)


def match_counts(
    snapshot: Snapshot,
    members: Mapping[SegmentId, int],
    first: Mapping[SegmentId, int],
    uncounted: Mapping[SegmentId, tuple[FeatureName, ...]],
) -> list[MatchCount]:
    """What was counted, in the same order; `uncounted` are the features that keep each segment from it."""
    tried = in_order_of_trial(snapshot.definitions.segments.values())
    counts = [
        MatchCount(
            each.segment_id, each.name, each.priority, each.active,
            None if uncounted[each.segment_id] else members.get(each.segment_id, 0),
            first.get(each.segment_id, 0), uncounted[each.segment_id],
        )
        for each in (*tried, *_inactive(snapshot))
    ]  # fmt: skip
    return [*counts, MatchCount(DEFAULT_SEGMENT, "", 0, True, None, first.get(DEFAULT_SEGMENT, 0))]


def _inactive(snapshot: Snapshot) -> Iterable[Segment]:
    return (each for each in snapshot.definitions.segments.values() if not each.active)
