"""What of a decision is shown to whom, and how."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET, UnsetType

from tessella.domain.decisions import Decision, Reason
from tessella.domain.identifiers import Json, Role, SegmentId
from tessella.domain.rules.explain import Explained
from tessella.http.schemas.decide import DecisionShown, DecisionWithReasons, VariantOfDecision
from tessella.http.schemas.explain import DecisionExplained, RuleShown, SegmentShown, Simulated, TruthTree
from tessella.http.shown.times import time_text
from tessella.usecases.explain import Explanation, RuleTried, SegmentTried

#: Roles that learn what was chosen and never why.
WITHOUT_REASONS: Final = frozenset({Role.CLIENT, Role.READER})


def shown_to(role: Role, decision: Decision) -> DecisionShown | DecisionWithReasons:
    """The decision, cut to what a role may see."""
    if role in WITHOUT_REASONS:
        return DecisionShown(
            decision.decision_id, decision.segment_id, decision.profile_id, decision.config,
            decision.snapshot_version, time_text(decision.facts_as_of), variant_shown(decision),
        )  # fmt: skip
    return DecisionWithReasons(
        decision.decision_id, decision.segment_id, decision.profile_id, decision.rule_id, decision.config,
        [reason_shown(each) for each in decision.reasons], decision.snapshot_version, time_text(decision.facts_as_of),
        variant_shown(decision),
    )  # fmt: skip


def variant_shown(decision: Decision) -> VariantOfDecision | UnsetType:
    """The variant that a decision was made with; how likely it was is in the audit alone."""
    given = decision.experiment
    if given is None:
        return UNSET
    return VariantOfDecision(given.experiment_id, given.variant_id, given.segment_key, not given.unrecorded)


def explained(explanation: Explanation) -> DecisionExplained:
    """The decision with everything that led to it."""
    decision = explanation.decision
    return DecisionExplained(
        **_with_reasons(decision),
        provenance=decision.provenance,
        segments=[segment_shown(each) for each in explanation.segments],
        sources=explanation.sources,
    )


def simulated(explanation: Explanation) -> Simulated:
    """The same for a decision that was only tried: there is no id, and the chosen segment stands apart."""
    fields = _with_reasons(explanation.decision)
    del fields["decision_id"]
    chosen = explanation.decision.segment_id
    return Simulated(
        **fields,
        provenance=explanation.decision.provenance,
        chosen=tried(explanation, chosen),
        runners_up=[segment_shown(each) for each in explanation.segments if each.segment_id != chosen],
        sources=explanation.sources,
    )


def tried(explanation: Explanation, segment_id: SegmentId | None) -> SegmentShown | None:
    """One of the segments that were tried; None when it was not among them."""
    found = (segment_shown(each) for each in explanation.segments if each.segment_id == segment_id)
    return next(found, None)


def _with_reasons(decision: Decision) -> dict[str, Any]:
    return {
        "decision_id": decision.decision_id,
        "segment_id": decision.segment_id,
        "profile_id": decision.profile_id,
        "rule_id": decision.rule_id,
        "config": decision.config,
        "reasons": [reason_shown(each) for each in decision.reasons],
        "snapshot_version": decision.snapshot_version,
        "facts_as_of": time_text(decision.facts_as_of),
        "experiment": variant_shown(decision),
    }


def reason_shown(reason: Reason) -> dict[str, Json]:
    """A reason with what it speaks of."""
    return {"code": reason.code, "text": reason.text, **reason.detail}


def segment_shown(segment: SegmentTried) -> SegmentShown:
    """A segment that was tried."""
    rules = [_rule(each) for each in segment.rules]
    return SegmentShown(segment.segment_id, segment.name, segment.priority, segment.matched, segment.why, rules)


def _rule(rule: RuleTried) -> RuleShown:
    return RuleShown(rule.rule_id, rule.sentence, tree_shown(rule.tree))


def tree_shown(node: Explained) -> TruthTree:
    """The truth of a node and of everything below it."""
    return TruthTree(
        node.op, node.truth, node.feature, node.segment_id, node.operand, node.value,
        tuple(map(tree_shown, node.children)),
    )  # fmt: skip
