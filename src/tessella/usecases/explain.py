"""Explain: the truth of every rule that was tried, and why other segments lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.decisions import Decision
from tessella.domain.features.schema import SUBJECT
from tessella.domain.features.subject import Subject
from tessella.domain.identifiers import FeatureName, Instant, RuleId, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.explain import Explained, Explainer
from tessella.domain.rules.sentence import sentence
from tessella.domain.segments.references import features_behind
from tessella.domain.segments.segment import Segment, in_order_of_trial
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.usecases.decide import DecisionRequest, decision_for
from tessella.usecases.experiments.assigning.in_decision import with_foreseen_variant, with_variant
from tessella.usecases.load_subject import load_subject


@dataclass(frozen=True, slots=True)
class RuleTried:
    """One rule with the truth of each of its nodes."""

    rule_id: RuleId
    sentence: str
    tree: Explained


@dataclass(frozen=True, slots=True)
class SegmentTried:
    """One segment in the order of trial: chosen, runner-up or not matching, and why."""

    segment_id: SegmentId
    name: str
    priority: int
    matched: bool
    why: str
    rules: tuple[RuleTried, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with the segments that were tried for it."""

    decision: Decision
    segments: tuple[SegmentTried, ...]
    #: Where each value came from: request, fact, warehouse or clock.
    sources: Mapping[str, str]


async def decide_explained(session: Session, request: DecisionRequest) -> Explanation:
    """Decide and record, with the truth of every rule up to the one that matched."""
    explanation = await _explained(session, await with_variant(session, request))
    await session.record(explanation.decision)
    return explanation


async def simulate(session: Session, request: DecisionRequest) -> Explanation:
    """The same without recording anything: every active segment, and why each lost."""
    return await _explained(session, await with_foreseen_variant(session, request))


async def _explained(session: Session, request: DecisionRequest) -> Explanation:
    at = request.moment(session.now())
    subject = await load_subject(session, request.subject_id, request.context, at=at)
    decision = decision_for(session.snapshot(), request, subject, at, session.new_decision_id())
    return explanation_of(session.snapshot(), subject, decision, at)


def explanation_of(snapshot: Snapshot, subject: Subject, decision: Decision, now: Instant) -> Explanation:
    """A decision about a subject, explained."""
    return Explanation(decision, segments_tried(snapshot, subject, decision, now), sources_of(subject))


def segments_tried(snapshot: Snapshot, subject: Subject, decision: Decision, now: Instant) -> tuple[SegmentTried, ...]:
    """Every active segment in the order of trial, with the truth of its enabled rules."""
    ordered = in_order_of_trial(snapshot.definitions.segments.values())
    explainer = Explainer(subject.features, now, snapshot.membership)
    late = _late(snapshot, subject)
    return tuple(_tried(snapshot, segment, explainer, decision, late) for segment in ordered)


def _late(snapshot: Snapshot, subject: Subject) -> Mapping[SegmentId, Sequence[FeatureName]]:
    """Per segment, the columns that it reads and that are absent while a source has not given the whole row."""
    if not subject.facts.row_is_stale:
        return {}
    absent = {each for each in snapshot.columns if each not in subject.features}
    return {each: sorted(names & absent) for each, names in features_behind(snapshot.membership).items()}


def _tried(
    snapshot: Snapshot,
    segment: Segment,
    explainer: Explainer,
    decision: Decision,
    late: Mapping[SegmentId, Sequence[FeatureName]],
) -> SegmentTried:
    rules = tuple(
        _rule_tried(rule.rule_id, snapshot.rules[segment.segment_id, rule.rule_id], explainer)
        for rule in segment.enabled_rules()
    )
    matched = any(rule.tree.holds for rule in rules)
    why = _why(segment, rules, matched, decision)
    if names := late.get(segment.segment_id):
        why = f"{why.removesuffix('.')}; {', '.join(names)} could not be read in time."
    return SegmentTried(segment.segment_id, segment.name, segment.priority, matched, why, rules)


def _why(segment: Segment, rules: tuple[RuleTried, ...], matched: bool, decision: Decision) -> str:
    if segment.segment_id == decision.segment_id:
        return "Chosen: the first segment in order of priority that matches."
    failed = next((reason.detail["segment_id"] for reason in decision.reasons if reason.code == "rule_error"), None)
    if segment.segment_id == failed:
        return "One of its rules failed, so the default applies."
    if not matched:
        return "None of its rules matches." if rules else "It has no enabled rule, so it matches nobody."
    if failed is not None:
        return "A rule failed before it was reached, so the default applies."
    return f'It matches too, but "{decision.segment_id}" comes first.'


def _rule_tried(rule_id: RuleId, node: Node, explainer: Explainer) -> RuleTried:
    return RuleTried(rule_id, sentence(node), explainer.explain(node))


def sources_of(subject: Subject) -> Mapping[str, str]:
    """Which source won for each value."""
    return {name: _source(subject, name) for name in subject.features}


def _source(subject: Subject, name: FeatureName) -> str:
    if name in subject.requested or name == SUBJECT:
        return "request"
    if name in subject.facts.from_row:
        return "warehouse"
    return "fact" if name in subject.facts.values else "clock"
