"""What came of what was shown."""

from __future__ import annotations

import msgspec

from tessella.domain.ranking.outcomes.cells import By
from tessella.domain.ranking.outcomes.comparison import Remark
from tessella.domain.ranking.outcomes.rates import Evidence


class RateShown(msgspec.Struct, frozen=True):
    """A share with its 95 % interval. Without a value the evidence says why."""

    evidence: Evidence
    value: float | None
    low: float | None
    high: float | None


class OutcomeRowShown(msgspec.Struct, frozen=True):
    """The rates of one segment, profile or position."""

    #: Null: no profile, or a position that nothing told.
    key: str | int | None
    impressions: int
    clicks: int
    conversions: int
    #: Clicks / impressions.
    ctr: RateShown
    #: Conversions / clicks.
    cvr: RateShown
    #: Of a position: how likely it is looked at beside the others, the most looked-at one being 1.
    propensity: float | None


class OutcomesShown(msgspec.Struct, frozen=True):
    """Rates along one axis, since they were first counted."""

    by: By
    rows: list[OutcomeRowShown]


class RatioShown(msgspec.Struct, frozen=True):
    """How many times as large, with its 95 % interval."""

    value: float
    low: float
    high: float


class SideShown(msgspec.Struct, frozen=True):
    """One of the two that are compared, over all known positions."""

    key: str | int | None
    impressions: int
    clicks: int
    ctr: RateShown
    #: The rate as if everything had been shown at the most looked-at position.
    ctr_at_best: float | None


class ComparisonShown(msgspec.Struct, frozen=True):
    """The click rate of `first` over that of `second`."""

    by: By
    first: SideShown
    second: SideShown
    remark: Remark
    #: At equal positions.
    ratio: RatioShown | None
    #: Of the plain rates: what positions can feign.
    naive_ratio: RatioShown | None
    common_positions: int
    #: The share of all impressions that were made at positions which have shown both.
    common_share: float
