"""Dry-run: try a rule or a segment on a context or a subject, and see the truth of every part. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import Json, SegmentId
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.explain import Explained, explain
from tessella.domain.rules.sentence import sentence
from tessella.domain.segments.choice import choose_segment
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.explain import sources_of
from tessella.usecases.load_subject import load_subject
from tessella.usecases.validate_rule import read_rule


@dataclass(frozen=True, slots=True)
class DryRun:
    """How the rule came out."""

    matched: bool
    sentence: str
    tree: Explained
    #: The segment that the same request would be given now.
    chosen_segment_id: SegmentId
    #: Where each value came from: request, fact, warehouse or clock.
    sources: Mapping[str, str]


async def dry_run_rule(session: Session, expr: Json, form: Form, request: DecisionRequest) -> DryRun:
    """Try a rule that need not be saved. Raises `Invalid` errors that point at its faults."""
    return await _dry_run(session, lambda snapshot: read_rule(snapshot, expr, form, "/expr"), request)


async def dry_run_segment(session: Session, segment_id: SegmentId, request: DecisionRequest) -> DryRun:
    """Try all enabled rules of a segment. Raises `NoSuch`."""
    return await _dry_run(session, lambda snapshot: _rules_of(snapshot, segment_id), request)


async def _dry_run(session: Session, node_in: Callable[[Snapshot], Node], request: DecisionRequest) -> DryRun:
    snapshot = session.snapshot()
    node = node_in(snapshot)
    at = request.moment(session.now())
    subject = await load_subject(session, request.subject_id, request.context, at=at, sources=tuple(snapshot.sources))
    tree = explain(node, subject.features, at, snapshot.membership)
    choice = choose_segment(snapshot.matcher, snapshot.definitions.segments, subject, now=at)
    return DryRun(tree.holds, sentence(node), tree, choice.segment_id, sources_of(subject))


def _rules_of(snapshot: Snapshot, segment_id: SegmentId) -> Node:
    if segment_id not in snapshot.membership:
        raise NoSuch("segment", segment_id)
    return snapshot.membership[segment_id]
