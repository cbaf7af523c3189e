"""How a namespace's events become signals: a part of its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tessella.domain.errors import WrongShape
from tessella.domain.features.event import EVENT_TYPE_MAX_LENGTH
from tessella.domain.identifiers import Json, Pointer
from tessella.domain.wire import read_record

EventType = Annotated[str, msgspec.Meta(min_length=1, max_length=EVENT_TYPE_MAX_LENGTH)]
Weight = Annotated[float, msgspec.Meta(ge=0, le=100)]
Weights = Annotated[Mapping[EventType, Weight], msgspec.Meta(max_length=100)]
Dimensions = Annotated[int, msgspec.Meta(ge=0, le=512)]
Minutes = Annotated[float, msgspec.Meta(ge=1, le=10_080)]
Property = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]

_WEIGHTS: Final = {"purchase": 1.0, "conversion": 1.0, "add_to_cart": 0.5, "click": 0.3, "view": 0.1}


class CoVisitation(StrEnum):
    """How near two items are to each other that the same people took."""

    #: What they have in common, over the geometric mean of what each has.
    COSINE = "cosine"
    #: The weights of a linear model that tells each item from all others (Steck 2019); for small catalogues.
    EASE = "ease"


class RankingSetup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an index is built by. A change of it shows in the next index."""

    #: What an event of each type counts for, 0 to 100. Events of other types do not count.
    event_weights: Weights = msgspec.field(default_factory=lambda: dict(_WEIGHTS))
    #: The types of event that are purchases.
    purchase_types: tuple[EventType, ...] = ("purchase", "conversion")
    #: The property of an event that names its basket or order. Without one, a basket is a session.
    basket_property: Property | None = None
    #: A session ends with a pause of so many minutes, 1 to 10080.
    session_gap_minutes: Minutes = 30.0
    #: `cosine`; or `ease`, which takes longer to build and is for catalogues of some thousand items.
    co_visitation: CoVisitation = CoVisitation.COSINE
    #: The length of the vectors that are trained here, 2 to 512. 0: none are trained.
    embedding_dimensions: Dimensions = 0


def read_setup(written: Json, at: Pointer = "") -> RankingSetup:
    """The setup from JSON; what is left out has its default. Raises `WrongShape` and `UnknownField`.

    >>> read_setup({"embedding_dimensions": 32}).embedding_dimensions
    32
    """
    setup = read_record(RankingSetup, written, at)
    if setup.embedding_dimensions == 1:
        raise WrongShape(f"{at}/embedding_dimensions", "A vector has 2 dimensions or more.", "0 trains none.")
    return setup


def write_setup(setup: RankingSetup) -> dict[str, Json]:
    """What differs from the defaults, as JSON.

    >>> write_setup(RankingSetup(session_gap_minutes=20.0))
    {'session_gap_minutes': 20.0}
    """
    usual = msgspec.to_builtins(RankingSetup())
    return {name: value for name, value in msgspec.to_builtins(setup).items() if value != usual[name]}
