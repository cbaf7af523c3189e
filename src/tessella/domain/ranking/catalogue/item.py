"""An item: what a ranking puts in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tessella.domain.identifiers import Instant, Json

#: The most characters of an id, of a name, and of a label: a brand, a category, a tag, a region.
ITEM_ID_MAX_LENGTH: Final = 256
NAME_MAX_LENGTH: Final = 512
LABEL_MAX_LENGTH: Final = 128
#: The most bytes of an id as UTF-8. An index keeps all ids at the width of the longest.
ITEM_ID_MAX_BYTES: Final = 256
#: No ids: clients fold these in the path of a URL.
PATH_STEPS: Final = (".", "..")
#: The most tags, and the most regions, of one item.
MOST_LABELS: Final = 100
#: The most characters of an item's properties as JSON.
ITEM_PROPERTIES_MAX_LENGTH: Final = 16_384
#: The most numbers of an embedding.
MOST_DIMENSIONS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a namespace's catalogue, as it is stored."""

    #: As events name it.
    item_id: str
    #: What people call it.
    name: str | None = None
    brand: str | None = None
    category: str | None = None
    #: In the namespace's currency, 0 or more; None: not known.
    price: float | None = None
    tags: tuple[str, ...] = ()
    #: The regions that it is for; one without any is for all.
    regions: tuple[str, ...] = ()
    #: What declared features of the source `item` read.
    properties: Mapping[str, Json] = field(default_factory=dict)
    #: Whether it may be shown at all, and from when until before when.
    available: bool = True
    available_from: Instant | None = None
    available_until: Instant | None = None
    #: Finite numbers, as many as every other embedding of the namespace has.
    embedding: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """When an item may be shown: the part of it that an index takes up before the next build."""

    item_id: str
    #: False also for an item that was deleted.
    available: bool
    available_from: Instant | None = None
    available_until: Instant | None = None
