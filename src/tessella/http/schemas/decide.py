"""Decide: what is asked, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from tessella.domain.identifiers import SUBJECT_MAX_LENGTH, Json

SubjectText = Annotated[
    str, msgspec.Meta(min_length=1, max_length=SUBJECT_MAX_LENGTH, description="Who is asked about, as you name them.")
]
TimeText = Annotated[str, msgspec.Meta(description="ISO 8601, such as 2026-06-30T12:00:00Z. Without a zone it is UTC.")]
Context = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description='Values of the request, {"ctx": {"region": "FI"}} or flat, {"ctx.region": "FI"}. '
        "Only features declared with source request or overridable may come from a request."
    ),
]
KnobsBody = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="Knobs, flat or nested in their groups.", extra_json_schema={"$ref": "#/components/schemas/Knobs"}
    ),
]


class DecisionAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One request for a decision. Without a subject it is decided from the context alone."""

    subject_id: SubjectText | None = None
    context: Context = msgspec.field(default_factory=dict)
    campaign_id: str | None = None
    #: The strongest layer of knobs.
    overrides: KnobsBody = msgspec.field(default_factory=dict)
    #: The moment to decide for; now when it is absent.
    at: TimeText | None = None
    #: An experiment: the subject is given one of its variants, whose knobs hold over those of the campaign.
    experiment_id: str | None = None


class DecideBody(DecisionAsked, frozen=True, forbid_unknown_fields=True):
    """One request for a decision, explained when that is asked for."""

    #: Also tell the truth of every rule and which layer set each knob.
    explain: bool = False


class BatchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to 10,000 requests for decisions. None of them is explained: that is asked one by one."""

    requests: Annotated[list[DecisionAsked], msgspec.Meta(min_length=1, max_length=10_000)]


class VariantOfDecision(msgspec.Struct, frozen=True):
    """The variant of an experiment that a decision was made with."""

    experiment_id: str
    variant_id: str
    segment_key: str
    #: False: the subject got the control, and nothing is stored of them in the experiment.
    recorded: bool


class DecisionShown(msgspec.Struct, frozen=True):
    """A decision as the roles client and reader see it: what was chosen, not why."""

    decision_id: str
    segment_id: str
    profile_id: str | None
    config: Mapping[str, float | int | bool]
    snapshot_version: int
    facts_as_of: str | None
    #: Left out where no experiment was asked for.
    experiment: VariantOfDecision | msgspec.UnsetType = msgspec.UNSET


class DecisionWithReasons(msgspec.Struct, frozen=True):
    """A decision."""

    decision_id: str
    segment_id: str
    profile_id: str | None
    rule_id: str | None
    config: Mapping[str, float | int | bool]
    #: Each with `code`, `text` and what the code speaks of.
    reasons: list[dict[str, Json]]
    snapshot_version: int
    #: The oldest stamp of the stored facts that were read.
    facts_as_of: str | None
    #: Left out where no experiment was asked for.
    experiment: VariantOfDecision | msgspec.UnsetType = msgspec.UNSET


class BatchAnswer(msgspec.Struct, frozen=True):
    """The decisions in the order of their requests."""

    decisions: list[DecisionWithReasons]
