"""How personalization is doing, and what its evaluations are asked for. Source: requirement D, "Admin Metrics"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from tessella.domain.ranking.evaluation.asked import LENGTH, MOST_DAYS, MOST_LENGTH
from tessella.http.schemas.decide import TimeText
from tessella.usecases.personalization.asked import DAYS


class PersonalizationEvaluateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which days are looked at."""

    #: The end of the days; now when it is absent.
    until: TimeText | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=MOST_DAYS)] = DAYS
    #: The K of the metrics.
    length: Annotated[int, msgspec.Meta(ge=1, le=MOST_LENGTH)] = LENGTH


class PersonalizationFigureShown(msgspec.Struct, frozen=True):
    """One figure of an evaluation."""

    evaluated_at: str
    #: `nightly`, `weekly`, `monthly` or `asked`.
    period: str
    #: Empty: over all scopes.
    scope: str
    #: `rule_v1`, `default` or `random`; empty: it says nothing of rankings.
    model_version: str
    metric: str
    #: Null: there was nothing to tell it from.
    value: float | None
    #: Of so many subjects.
    sample_size: int


class PersonalizationEvaluatedShown(msgspec.Struct, frozen=True):
    """The figures of one evaluation."""

    figures: list[PersonalizationFigureShown]


class VectorCounts(msgspec.Struct, frozen=True):
    """Vectors: those that are stored, and the last refresh."""

    stored: int
    #: Subjects who were active at the last refresh; null before the first one.
    active: int | None
    #: The share of these whose vector was computed without a fault. The target is more than 0.95.
    extraction_success: float | None
    refreshed_at: str | None


class RankingCounts(msgspec.Struct, frozen=True):
    """Rankings: those that are kept, and what became of requests since the server began to count."""

    #: By scope, the subjects whose ranking may be served.
    kept: Mapping[str, int]
    cache_hits: int
    cache_misses: int
    #: The target is more than 0.8; null before the first personal ranking.
    cache_hit_rate: float | None
    #: Requests that got the default order, by why.
    not_personal: Mapping[str, int]


class OptOutCounts(msgspec.Struct, frozen=True):
    """Of those who have settings."""

    subjects: int
    opted_out: int
    #: The target is less than 0.05.
    rate: float | None


class PersonalizationJobShown(msgspec.Struct, frozen=True):
    """The last run of a job."""

    run_id: str
    state: str
    asked_at: str
    #: How long it took, once it is over. The target is less than 1,800.
    seconds: float | None


class PersonalizationMetricsShown(msgspec.Struct, frozen=True):
    """How personalization is doing."""

    features: VectorCounts
    rankings: RankingCounts
    opt_outs: OptOutCounts
    #: By job.
    jobs: Mapping[str, PersonalizationJobShown]
    #: Of each metric, scope, model and period the last figure.
    evaluations: list[PersonalizationFigureShown]
