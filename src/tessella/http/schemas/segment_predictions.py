"""Predictions for a segment. Counts that a role is not shown are texts, such as "< 10".

An id of digits only is a number here, and nowhere else. Source: requirement E, "API Endpoints".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from tessella.domain.predictions.prediction import Churn, NextBestOffer, RfmCell
from tessella.domain.predictions.target import PredictionType
from tessella.http.schemas.audiences import Count
from tessella.http.schemas.jobs import RunProblem
from tessella.http.schemas.predictions import ThresholdsShown
from tessella.ports.jobs import RunState

SegmentNumber = int | str


class LoyaltySegmentShown(msgspec.Struct, frozen=True):
    """One segment."""

    id: SegmentNumber
    name: str
    #: As of the last calculation of audiences; null where that has not counted it.
    member_count: Count | None


class SegmentPredictBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"asynchronous": "async"}):
    """What to predict for the members of a segment."""

    type: PredictionType
    #: Predict for everybody, apart from this request, and keep a result for each.
    asynchronous: bool = False


class ChurnStatsShown(msgspec.Struct, frozen=True, kw_only=True):
    """How many members are at each risk of churn."""

    high: Count
    medium: Count
    low: Count
    #: Null where there is nobody, or the count is not shown.
    avg_probability: float | None


class ChurnShares(ChurnStatsShown, frozen=True, kw_only=True):
    """The same with the shares of each risk, 0 to 100."""

    count: Count
    high_percentage: float | None
    medium_percentage: float | None
    low_percentage: float | None


class OfferStatsShown(msgspec.Struct, frozen=True):
    """For how many members each offer is the best one."""

    top_offers: Sequence[tuple[str, Count]]
    distribution: Mapping[str, Count]


class CellStatsShown(msgspec.Struct, frozen=True):
    """How many members are in each cell of RFM."""

    distribution: Mapping[str, Count]
    top_segments: Sequence[tuple[str, Count]]


class AggregatedStats(msgspec.Struct, frozen=True, kw_only=True):
    """What the predictions come to, under the name of their type."""

    churn: ChurnStatsShown | UnsetType = UNSET
    nbo: OfferStatsShown | UnsetType = UNSET
    rfm: CellStatsShown | UnsetType = UNSET


class MemberResult(msgspec.Struct, frozen=True, kw_only=True):
    """What is predicted of a member, under the name of its type."""

    customer_id: str
    churn: Churn | UnsetType = UNSET
    nbo: NextBestOffer | UnsetType = UNSET
    rfm: RfmCell | UnsetType = UNSET


class MemberError(msgspec.Struct, frozen=True):
    """A member of whom nothing can be told."""

    customer_id: str
    error: str


class SegmentPredictionShown(msgspec.Struct, frozen=True, kw_only=True):
    """Predictions for members of a segment, by id."""

    segment_id: SegmentNumber
    segment_name: str
    type: PredictionType
    mode: Literal["segment"] = "segment"
    total_customers: int
    #: How many were looked at: those of whom something can be told, and those of whom nothing can.
    processed: int
    successful: int
    failed: int
    #: What to know before they are used; null when there is nothing.
    warning: str | None
    aggregated_stats: AggregatedStats
    results: Sequence[MemberResult]
    errors: Sequence[MemberError]
    #: Whether there are more of them than these.
    has_more_results: bool
    #: Of churn.
    thresholds: ThresholdsShown | UnsetType = UNSET
    #: Null for rfm, which has no model.
    model_version: int | None
    #: The moment of the calculation that says who is in the segment.
    as_of: str
    #: Up to an hour ago.
    predicted_at: str
    #: Where to go on from, among those of a job; null at the end.
    next_cursor: str | UnsetType | None = UNSET


class SegmentPredictionJob(msgspec.Struct, frozen=True, kw_only=True):
    """Predictions for everybody in a segment: how far they are, and what has come of them."""

    job_id: str
    segment_id: SegmentNumber
    type: PredictionType
    state: RunState
    #: The share that is done, 0 to 1.
    progress: float
    #: Of a job that failed.
    error: RunProblem | None = None
    #: Of a job that succeeded.
    result: SegmentPredictionShown | None = None


class SegmentStatsByType(msgspec.Struct, frozen=True):
    """What predictions of each type come to."""

    churn: ChurnShares
    nbo: OfferStatsShown
    rfm: CellStatsShown


class SegmentStatsShown(msgspec.Struct, frozen=True, kw_only=True):
    """What predictions for a segment come to."""

    segment_id: SegmentNumber
    segment_name: str
    member_count: Count
    #: How many of them were looked at: the first ones by id, or all.
    sampled_count: Count
    stats: SegmentStatsByType
    #: Of churn; null where no model tells it.
    thresholds: ThresholdsShown | None
    #: What to know before they are used; null when there is nothing.
    warning: str | None
    #: The moment of the calculation that says who is in the segment.
    as_of: str


class SegmentStatsDay(msgspec.Struct, frozen=True):
    """The last stats of a day."""

    made_at: str
    as_of: str
    member_count: Count
    stats: SegmentStatsByType
    #: Of each model that told them, by its id.
    model_versions: Mapping[str, int]


class SegmentStatsHistory(msgspec.Struct, frozen=True):
    """What predictions for a segment came to, the oldest day first."""

    segment_id: SegmentNumber
    segment_name: str
    days: int
    items: Sequence[SegmentStatsDay]
