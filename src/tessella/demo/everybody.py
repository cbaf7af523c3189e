"""What decisions come to for every household: asked for one by one, as a request is."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import Instant, SegmentId, SubjectId
from tessella.domain.rules.explain import evaluate
from tessella.domain.segments.choice import choose_segment
from tessella.domain.segments.request_time import request_features
from tessella.ports import Session
from tessella.usecases.count_matches import MatchCount, match_counts
from tessella.usecases.load_subject import load_facts, subject_of

#: Rows that did not come in the quarter of a second that a decision waits are asked for so often, and after this pause.
_TRIES: Final = 40
_PAUSE_SECONDS: Final = 0.25


@dataclass(frozen=True, slots=True)
class Decided:
    """One household."""

    #: The segment that a decision without a context chooses.
    first: SegmentId
    #: All that hold it, of those that need no request.
    segments: frozenset[SegmentId]


async def decide_everybody(session: Session, at: Instant) -> dict[SubjectId, Decided]:
    """Decide for everybody who has stored facts and has not switched personalization off; nothing is recorded."""
    snapshot = session.snapshot()
    requested = request_features(snapshot.membership, snapshot.schema)
    trees = {each: tree for each, tree in snapshot.membership.items() if not requested[each]}
    decided = {}
    for subject_id, facts in (await _facts_of_everybody(session)).items():
        subject = subject_of(session, subject_id, {}, facts, at)
        first = choose_segment(snapshot.matcher, snapshot.definitions.segments, subject, now=at).segment_id
        held = (each for each, tree in trees.items() if evaluate(tree, subject.features, at, snapshot.membership))
        decided[subject_id] = Decided(first, frozenset(held))
    return decided


def counts_of(session: Session, decided: Mapping[SubjectId, Decided]) -> Sequence[MatchCount]:
    """Per segment, how many households it has."""
    snapshot = session.snapshot()
    members = Counter(segment_id for each in decided.values() for segment_id in each.segments)
    first = Counter(each.first for each in decided.values())
    return match_counts(snapshot, members, first, request_features(snapshot.membership, snapshot.schema))


async def _facts_of_everybody(session: Session) -> Mapping[SubjectId, Facts | None]:
    """By the door of decisions, once the row of each has come."""
    subject_ids = [subject_id async for subject_id, _ in session.stream_subjects()]
    known = await load_facts(session, subject_ids)
    for _ in range(_TRIES):
        if not any(each is not None and each.row_is_stale for each in known.values()):
            break
        await asyncio.sleep(_PAUSE_SECONDS)
        known = await load_facts(session, subject_ids)
    return known
