"""What a feature is: a named, typed value about a subject or a request, declared before any rule may read it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from tessella.domain.features.gate import gate_of
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, nearest


class Source(StrEnum):
    """Where a feature's value comes from."""

    REQUEST = "request"
    FACT = "fact"
    WAREHOUSE = "warehouse"
    #: Not of the subject, but of each item that is ranked: filters of items alone may read it.
    ITEM = "item"
    #: A fact that a prediction wrote: see `features.predicted`.
    PREDICTION = "prediction"
    #: A fact that the taxonomy of a game wrote: see `features.of_games`.
    TAXONOMY = "taxonomy"


#: Why a value cannot be sent, stored or computed for a subject.
ABOUT_ITEMS: Final = "it is read from each item"


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The declaration of one feature, as it is written in JSON, YAML and the database."""

    name: FeatureName
    type: FeatureType
    source: Source = Source.FACT
    #: A request may carry a value in place of the stored one.
    overridable: bool = False
    #: Personal data: barred from rules, decisions and samples.
    personal: bool = False
    #: Where the rule editor shows it: Financial, Activity, Profile, Risk & Engagement, DWH Columns, Items.
    group: str = "Profile"
    unit: str = ""
    description: str = ""
    allowed_values: tuple[Json, ...] = ()
    #: How the value is computed from events (see `features.kinds`); None for imported and request values.
    kind: dict[str, Any] | None = None
    #: Of the source `warehouse`: the column that holds the value; empty for the one that is called as the feature is.
    column: str = ""
    #: Of the source `warehouse`: the source of customers that has the column; empty where there is only one.
    customer_source: str = ""

    @property
    def column_name(self) -> str:
        """The column that a feature of the warehouse is read from."""
        return self.column or self.name

    def refusal(self) -> str:
        """Why a request may not carry a value for it; empty when it may."""
        if self.personal:
            return "it is personal data"
        if self.name in CLOCK_FEATURES:
            return 'it is computed from "at" and "ctx.timezone"'
        if self.source is Source.ITEM:
            return ABOUT_ITEMS
        if self.source is not Source.REQUEST and not self.overridable:
            return "it is a stored fact; declare it overridable: true to let requests carry it"
        return ""


#: The subject's own id as `percent` reads it. Not a feature: no rule can name it.
SUBJECT = FeatureName("subject_id")

_OF_REQUESTS: Final = tuple(
    Feature(FeatureName(name), FeatureType(kind), Source.REQUEST, group="Activity", description=text)
    for name, kind, text in (
        ("ctx.surface", "string", "Where the request shows its result, such as home, lobby or detail."),
        ("ctx.device", "string", "The device that asks, such as mobile or desktop."),
        ("ctx.region", "string", "The jurisdiction or region of the request, such as FI."),
        ("ctx.timezone", "string", "The IANA time zone of the request; UTC when absent or unknown."),
        ("ctx.hour", "integer", "The hour of the request in its time zone, 0 to 23."),
        ("ctx.time_of_day", "string", "night (0-5), morning (6-11), afternoon (12-17) or evening (18-23)."),
        ("ctx.weekday", "string", "monday to sunday, in the time zone of the request."),
    )
)
_OF_ITEMS: Final = tuple(
    Feature(FeatureName(name), FeatureType(kind), Source.ITEM, group="Items", description=text)
    for name, kind, text in (
        ("item.id", "string", "The item's id."),
        ("item.name", "string", "What people call the item."),
        ("item.brand", "string", "The item's brand."),
        ("item.category", "string", "The item's category."),
        ("item.price", "number", "The item's price, in the namespace's currency."),
        ("item.tags", "string_list", "The item's tags."),
        ("item.regions", "string_list", "The regions that the item is for; none: for all."),
    )
)
BUILT_IN: tuple[Feature, ...] = (*_OF_REQUESTS, *_OF_ITEMS)
#: Computed from `at` and `ctx.timezone`: a request cannot carry them.
CLOCK_FEATURES = frozenset(FeatureName(name) for name in ("ctx.hour", "ctx.time_of_day", "ctx.weekday"))


class Schema(Mapping[FeatureName, Feature]):
    """The features of one namespace, the built-in ones included. Immutable."""

    __slots__ = ("by_name", "gates", "ids")

    #: Whether rules over it may read features of the source `item`.
    reads_items = False

    def __init__(self, declared: Iterable[Feature] = (), keys: Collection[str] = ()) -> None:
        """Later declarations win over built-in ones of the same name; `keys` are those of the sources of customers."""
        #: The same as a plain dict: a request looks each of its values up, and `Mapping.get` tries, fails and catches.
        self.by_name = {each.name: each for each in (*BUILT_IN, *declared)}
        #: The gate of each feature whose value a request may carry.
        self.gates = {name: gate_of(each.type) for name, each in self.by_name.items() if not each.refusal()}
        #: What the subject's own id is called.
        self.ids = frozenset((SUBJECT, *keys))

    def __getitem__(self, name: FeatureName) -> Feature:
        return self.by_name[name]

    def __iter__(self) -> Iterator[FeatureName]:
        return iter(self.by_name)

    def __len__(self) -> int:
        return len(self.by_name)

    def nearest(self, name: str) -> str | None:
        """The declared name most like `name`."""
        return nearest(name, self.by_name)


class ItemSchema(Schema):
    """The same features as a filter of items may read them: those of the items too."""

    __slots__ = ()

    reads_items = True
