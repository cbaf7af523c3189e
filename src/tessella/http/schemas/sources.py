"""Sources of customers: their columns, and what is declared on them."""

from __future__ import annotations

import msgspec

from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import Json
from tessella.http.schemas.problem import Fault


class ColumnsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which columns to declare as features."""

    #: By name; without them every column that can become a feature, but for the key.
    columns: list[str] | None = None


class ColumnsDeclared(msgspec.Struct, frozen=True):
    """The features that are new."""

    features: list[Feature]
    #: Why columns that were not named were left as they are.
    left: list[Fault]


class ValueCount(msgspec.Struct, frozen=True):
    """A value, and in how many of the sampled rows it is."""

    value: Json
    count: int


class StatisticsShown(msgspec.Struct, frozen=True):
    """What a sample of rows holds in a column."""

    #: The share of rows without a value, 0 to 1.
    null_share: float
    #: About how many different values.
    distinct: int
    #: The lowest and the highest number or moment; null for other types.
    range: tuple[Json, Json] | None
    #: The most frequent values, most first. What too few customers share is left out, save for administrators.
    top: list[ValueCount]


class ColumnShown(msgspec.Struct, frozen=True):
    """One column of the view."""

    name: str
    #: The type of a feature that takes it for what it is; null where no feature can.
    type: str | None
    #: As the source writes it.
    stored_type: str
    #: Financial, Activity, Profile, Risk & Engagement or DWH Columns, or what its feature says.
    group: str
    #: Personal data: no rule reads it, and it is never sampled.
    personal: bool
    #: The feature that is read from it; null while it is not declared.
    feature: str | None
    #: Null for a personal column, for one that no feature can have, and where too few customers are in the sample.
    statistics: StatisticsShown | None


class ColumnsShown(msgspec.Struct, frozen=True):
    """A source's columns, in the view's order."""

    source_id: str
    view: str
    key: str
    #: How many rows were looked at, and whether these are all; null where they are too few to be told.
    sampled_rows: int | None
    is_whole: bool
    columns: list[ColumnShown]
