"""The catalogue of items."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from tessella.domain.ranking.catalogue.item import (
    ITEM_ID_MAX_LENGTH,
    LABEL_MAX_LENGTH,
    MOST_DIMENSIONS,
    MOST_LABELS,
    NAME_MAX_LENGTH,
)
from tessella.http.schemas.decide import TimeText
from tessella.http.schemas.problem import Fault

ItemId = Annotated[str, msgspec.Meta(min_length=1, max_length=ITEM_ID_MAX_LENGTH, description="As events name it.")]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=LABEL_MAX_LENGTH)]
Labels = Annotated[list[Label], msgspec.Meta(max_length=MOST_LABELS)]


class ItemFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is said about an item besides its id."""

    #: What people call it.
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_MAX_LENGTH)] | None = None
    brand: Label | None = None
    category: Label | None = None
    #: In the namespace's currency; null: not known.
    price: Annotated[float, msgspec.Meta(ge=0)] | None = None
    tags: Labels = []
    #: The regions that it is for; none: for all.
    regions: Labels = []
    #: What declared features of the source `item` read.
    properties: dict[str, Any] = {}
    #: Whether it may be shown at all, and from when until before when.
    available: bool = True
    available_from: TimeText | None = None
    available_until: TimeText | None = None
    #: As many numbers as every other embedding of the namespace has.
    embedding: Annotated[list[float], msgspec.Meta(min_length=1, max_length=MOST_DIMENSIONS)] | None = None


class ItemBody(ItemFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item of the catalogue."""

    item_id: ItemId


class ItemWritten(ItemFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One item whose id is in the path; the body may repeat it."""

    item_id: ItemId | None = None


Items = Annotated[list[ItemBody], msgspec.Meta(min_length=1, max_length=1000)]


class ItemsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 to 1000 items."""

    items: Items


class ItemsAccepted(msgspec.Struct, frozen=True):
    """How many items were taken, how many of them were new or different, and what was wrong with the others."""

    accepted: int
    changed: int
    #: Each points at its row, or at a value in it.
    rejected: list[Fault]


class ItemPage(msgspec.Struct, frozen=True):
    """Items in the order of their ids."""

    items: list[ItemBody]
    next_cursor: str | None
