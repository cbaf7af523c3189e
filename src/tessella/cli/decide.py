"""`tessella decide`: decide for one subject and say why."""

from __future__ import annotations

from typing import Annotated

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.decisions import decision_request, print_decided
from tessella.cli.options import Context, MomentOption, SubjectOption
from tessella.cli.output import AsJson, answer, console
from tessella.cli.rules import print_tree
from tessella.domain.identifiers import DEFAULT_SEGMENT
from tessella.usecases.explain import Explanation, SegmentTried


def decide(
    subject: SubjectOption = None,
    context: Context = "{}",
    at: MomentOption = None,
    campaign: Annotated[str | None, typer.Option(help="A campaign whose overrides hold.")] = None,
    overrides: Annotated[str, typer.Option(help="Knobs as JSON.")] = "{}",
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """Decide for one subject and show why. Nothing is recorded."""
    request = decision_request(subject, context, campaign, overrides, at)
    explanation = in_session(namespace, lambda session: usecases.simulate(session, request))
    answer(explanation, as_json=as_json, show=print_decision)


def print_decision(explanation: Explanation) -> None:
    """Segment, profile and reasons; the truth of the winning rule; who else matched."""
    decision = explanation.decision
    print_decided(decision)
    for tried in explanation.segments:
        if tried.segment_id == decision.segment_id:
            print_rules(tried)
        elif tried.matched:
            console.print(f"  also {tried.segment_id}: {tried.why}", highlight=False, markup=False)
        elif decision.segment_id == DEFAULT_SEGMENT:
            console.print(f"  not {tried.segment_id}: {tried.why}", highlight=False, markup=False)
            print_rules(tried)


def print_rules(tried: SegmentTried) -> None:
    """The truth of each rule of one segment."""
    for rule in tried.rules:
        print_tree(rule.tree, depth=1)
