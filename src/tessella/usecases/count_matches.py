"""Count who is in each segment: by the last calculation of audiences, or over the stored facts of a namespace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tessella.domain.audiences.audience import Audience
from tessella.domain.features.gate import iso
from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import DEFAULT_SEGMENT, FeatureName, Instant, SegmentId
from tessella.domain.rules.explain import evaluate
from tessella.domain.segments.request_time import features_without_facts, request_features
from tessella.domain.segments.segment import Segment, in_order_of_trial
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.usecases.audiences.plan import plan_calculation


@dataclass(frozen=True, slots=True)
class MatchCount:
    """How many subjects one segment has."""

    segment_id: SegmentId
    name: str
    priority: int
    active: bool
    #: Everybody whom its rules match; None for the default, which has no rules, and where that cannot be counted.
    matches: int | None
    #: Those for whom it is the first match, unless a request-time segment wins. None where that cannot be counted:
    #: of the segment itself, or of one that is tried before it.
    first_matches: int | None
    #: The moment that it was counted for, ISO 8601.
    as_of: str
    #: The features that keep it from being counted: those of requests, and columns of sources.
    request_time: tuple[FeatureName, ...] = ()
    #: Whether a calculation of audiences counts it.
    is_calculable: bool = True


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and over what."""

    as_of: Instant
    members: Mapping[SegmentId, int]
    first: Mapping[SegmentId, int]
    #: The features that keep each segment from being counted.
    uncounted: Mapping[SegmentId, tuple[FeatureName, ...]]


async def count_matches(session: Session, *, at: Instant | None) -> list[MatchCount]:
    """Per segment, how many subjects it has: in the order of trial, then the inactive ones. The default comes last.

    Without a moment, they are those of the calculation of audiences in use, where it is of the segments as they are
    now. Else they are counted over the stored facts, at that moment or now: segments that read columns of sources are
    not, nor who is first in those after them. Subjects who have switched personalization off are not counted.
    """
    calculated = await _calculated(session) if at is None else None
    return match_counts(session.snapshot(), calculated or await _of_facts(session, session.now() if at is None else at))


def match_counts(snapshot: Snapshot, counted: Counted) -> list[MatchCount]:
    """What was counted, in the same order."""
    return list(_match_counts(snapshot, counted))


def _match_counts(snapshot: Snapshot, counted: Counted) -> Iterator[MatchCount]:
    requested = request_features(snapshot.membership, snapshot.schema)
    is_first_known = True
    for each in (*in_order_of_trial(snapshot.definitions.segments.values()), *_inactive(snapshot)):
        uncounted = counted.uncounted[each.segment_id]
        is_calculable = not requested[each.segment_id]
        is_first_known = is_first_known and not (uncounted and is_calculable and each.active)
        yield MatchCount(
            each.segment_id, each.name, each.priority, each.active,
            None if uncounted else counted.members.get(each.segment_id, 0),
            counted.first.get(each.segment_id, 0) if is_first_known and not uncounted else None,
            iso(counted.as_of), uncounted, is_calculable,
        )  # fmt: skip
    first = counted.first.get(DEFAULT_SEGMENT, 0) if is_first_known else None
    yield MatchCount(DEFAULT_SEGMENT, "", 0, True, None, first, iso(counted.as_of))


async def _calculated(session: Session) -> Counted | None:
    """What the calculation in use has counted; None where it is of other segments than those of now."""
    active = await session.audience()
    if active is None:
        return None
    audience, snapshot = active.audience, session.snapshot()
    planned = plan_calculation(snapshot, audience.version, audience.as_of).audience
    if _rules(planned) != _rules(audience):
        return None
    counts = await session.segment_counts(audience.version)
    first = {each.segment_id: each.first_matches for each in counts}
    first[DEFAULT_SEGMENT] = audience.rows - sum(first.values())
    members = {each.segment_id: each.members for each in counts}
    return Counted(audience.as_of, members, first, request_features(snapshot.membership, snapshot.schema))


def _rules(audience: Audience) -> tuple[int, list[tuple[SegmentId, str]]]:
    return audience.tried, [(each.segment_id, each.fingerprint) for each in audience.segments]


async def _of_facts(session: Session, at: Instant) -> Counted:
    snapshot = session.snapshot()
    uncounted = features_without_facts(snapshot.membership, snapshot.schema, snapshot.columns)
    countable = [each for each in snapshot.membership if not uncounted[each]]
    tried = in_order_of_trial(snapshot.definitions.segments.values())
    members: Counter[SegmentId] = Counter()
    first: Counter[SegmentId] = Counter()
    async for subject_id, facts in session.stream_subjects():
        values = {**facts.values, SUBJECT: subject_id}
        matched = {each for each in countable if evaluate(snapshot.membership[each], values, at, snapshot.membership)}
        members.update(matched)
        first[next((each.segment_id for each in tried if each.segment_id in matched), DEFAULT_SEGMENT)] += 1
    return Counted(at, members, first, uncounted)


def _inactive(snapshot: Snapshot) -> Iterable[Segment]:
    return (each for each in snapshot.definitions.segments.values() if not each.active)
