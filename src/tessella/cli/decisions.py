"""What `tessella decide` and `tessella recommend` share: how a decision is asked for, and how it is told."""

from __future__ import annotations

from tessella.cli.application import read_context, read_object
from tessella.cli.options import moment
from tessella.cli.output import console, say
from tessella.domain.decisions import Decision
from tessella.domain.identifiers import CampaignId, SubjectId
from tessella.usecases.decide import DecisionRequest


def decision_request(
    subject: str | None, context: str, campaign: str | None, overrides: str, at: str | None
) -> DecisionRequest:
    """The request that the options ask for. Raises `WrongShape`."""
    return DecisionRequest(
        SubjectId(subject) if subject else None,
        read_context(context),
        CampaignId(campaign) if campaign else None,
        read_object(overrides, "--overrides", '{"mmr_lambda": 0.7}'),
        moment(at, "/at"),
    )


def print_decided(decision: Decision) -> None:
    """Who gets which segment and profile, and the reasons."""
    who = f"subject {decision.subject_id}" if decision.subject_id else "an anonymous request"
    console.print(f"[bold]{who}[/] → segment [bold]{decision.segment_id}[/], profile {decision.profile_id or 'none'}")
    for reason in decision.reasons:
        say(f"  {reason.text}")
