"""Variants that users get, and what they do then, on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from tessella.domain.features.event import EVENT_ID_MAX_LENGTH
from tessella.domain.identifiers import Json
from tessella.http.schemas.decide import SubjectText, TimeText
from tessella.http.schemas.problem import Fault

ContextText = Annotated[
    dict[str, Any],
    msgspec.Meta(
        description="What is known of the visit, by the names of its channel: utm_source, user_agent, country_code, "
        "list_id, funnel_id, campaign_id and so on. Features go as in a decision: ctx.region."
    ),
]
EventText = Annotated[str, msgspec.Meta(min_length=1, max_length=EVENT_ID_MAX_LENGTH)]


class AllocateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who asks for a variant, and from where."""

    user_identifier: SubjectText
    context: ContextText = msgspec.field(default_factory=dict)
    #: web, email, funnel or push, in small or capital letters.
    channel: str = "web"


class VariantGiven(msgspec.Struct, frozen=True):
    """What a user gets."""

    variant_id: str
    name: str
    content: Mapping[str, Json]
    #: Knobs of ranking; `decide` and `recommend` apply them by themselves when they are asked with the experiment.
    overrides: Mapping[str, Json]


class AllocationShown(msgspec.Struct, frozen=True):
    """The variant of a user: the same one for ever, once it is recorded."""

    experiment_id: str
    user_identifier: str
    variant_id: str
    variant: VariantGiven
    #: The segment when the variant was given; `default` where the experiment has none.
    segment_key: str
    #: False: the user got the control, and nothing is stored of them here.
    recorded: bool
    #: Why it is not recorded, such as not_running or opted_out; the roles client and reader do not learn it.
    reason: str | None
    assigned_at: str | None


class ConversionBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user did, or brought, after a variant was given to them."""

    user_identifier: SubjectText
    #: Whoever sends it again changes nothing.
    event_id: EventText
    #: What it brought, by a continuous metric. By a binary one it says nothing: a user counts once.
    value: float = 1.0
    #: One of the experiment's; its first when it is absent.
    metric: str | None = None
    #: When it happened; now when it is absent.
    at: TimeText | None = None


class ConversionTaken(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of a conversion."""

    #: counted, duplicate, late, forced or opted_out.
    outcome: str
    #: What its sender may not expect; left out where there is nothing to say.
    note: str = ""


class ConversionsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 to 10,000 conversions."""

    conversions: Annotated[list[ConversionBody], msgspec.Meta(min_length=1, max_length=10_000)]


class ConversionsTaken(msgspec.Struct, frozen=True):
    """How many of them became what, and what was wrong with the others."""

    counted: int
    #: Known already.
    duplicate: int
    #: After the attribution window, or when the experiment had stopped.
    late: int
    #: Of users who got their variant by wish.
    forced: int
    #: Of users who have switched personalization off.
    opted_out: int
    #: Each points at its row.
    rejected: list[Fault]
