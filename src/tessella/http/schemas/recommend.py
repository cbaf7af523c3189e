"""Recommend: what is asked, and the items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from tessella.domain.identifiers import Json
from tessella.domain.ranking.catalogue.item import ITEM_ID_MAX_LENGTH
from tessella.domain.ranking.ranking import Trace
from tessella.http.schemas.decide import DecisionAsked, VariantOfDecision
from tessella.http.schemas.explain import SegmentShown
from tessella.usecases.ranking import ANCHORS_MAX, ITEMS_MAX, LIMIT_MAX

ItemText = Annotated[str, msgspec.Meta(min_length=1, max_length=ITEM_ID_MAX_LENGTH)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=LIMIT_MAX, description="The most items.")]
ItemIds = Annotated[list[ItemText], msgspec.Meta(min_length=1, max_length=ITEMS_MAX, description="Rank just these.")]
AnchorIds = Annotated[
    list[ItemText],
    msgspec.Meta(max_length=ANCHORS_MAX, description="Find items like these, in place of the subject's recent ones."),
]


class RecommendationAsked(DecisionAsked, frozen=True, forbid_unknown_fields=True):
    """One request for items. Without a subject they are ranked from the context alone."""

    limit: Limit = 10
    item_ids: ItemIds | None = None
    anchor_item_ids: AnchorIds = msgspec.field(default_factory=list)


class RecommendBody(RecommendationAsked, frozen=True, forbid_unknown_fields=True):
    """One request for items, explained when that is asked for."""

    #: Also tell the numbers of each item's score, what fell out at which step, and why the decision came out so.
    explain: bool = False


class SimulateItemsBody(RecommendationAsked, frozen=True, forbid_unknown_fields=True):
    """What to rank. Nothing is recorded."""


class RecommendBatchBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Up to 1,000 requests, for up to 50,000 items by their limits. None is explained: that is asked one by one."""

    requests: Annotated[list[RecommendationAsked], msgspec.Meta(min_length=1, max_length=1_000)]


class ItemScored(msgspec.Struct, frozen=True):
    """One item as the roles client and reader see it."""

    item_id: str
    score: float


class ItemWithReasons(msgspec.Struct, frozen=True):
    """One item."""

    item_id: str
    score: float
    #: Why it is here, the strongest reason first.
    reasons: tuple[str, ...]


class RecommendationShown(msgspec.Struct, frozen=True):
    """A recommendation as the roles client and reader see it: which items, not why."""

    decision_id: str
    segment_id: str
    profile_id: str | None
    #: Best first.
    items: list[ItemScored]
    snapshot_version: int
    #: Null while no ranking index was built.
    index_version: str | None
    #: Left out where no experiment was asked for.
    experiment: VariantOfDecision | msgspec.UnsetType = msgspec.UNSET


class RecommendationWithReasons(msgspec.Struct, frozen=True):
    """A recommendation."""

    decision_id: str
    segment_id: str
    profile_id: str | None
    rule_id: str | None
    #: Best first.
    items: list[ItemWithReasons]
    #: Of the decision and of the list as a whole, each with `code`, `text` and what the code speaks of.
    reasons: list[dict[str, Json]]
    snapshot_version: int
    #: Null while no ranking index was built.
    index_version: str | None
    #: The oldest stamp of the stored facts that were read.
    facts_as_of: str | None
    #: When the subject's history was read; null when none was.
    history_as_of: str | None
    #: Left out where no experiment was asked for.
    experiment: VariantOfDecision | msgspec.UnsetType = msgspec.UNSET


class RecommendationExplained(RecommendationWithReasons, frozen=True, kw_only=True):
    """A recommendation with everything that led to it."""

    config: Mapping[str, float | int | bool]
    #: The layer that set each knob.
    provenance: Mapping[str, str]
    segments: list[SegmentShown]
    #: Where each value came from: request, fact or clock.
    sources: Mapping[str, str]
    #: What each step of the ranking did; null while no ranking index was built.
    trace: Trace | None


class RecommendBatchAnswer(msgspec.Struct, frozen=True):
    """The recommendations in the order of their requests."""

    recommendations: list[RecommendationWithReasons]
