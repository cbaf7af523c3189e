"""How predictions for the members of a segment are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from msgspec import UNSET, UnsetType

from tessella.domain.features.gate import iso
from tessella.domain.predictions.segment.told import MemberTold
from tessella.domain.predictions.target import PredictionType
from tessella.domain.predictions.thresholds import Thresholds
from tessella.http.paging import named_cursor
from tessella.http.schemas.predictions import ThresholdsShown
from tessella.http.schemas.segment_predictions import (
    MemberError,
    MemberResult,
    SegmentPredictionJob,
    SegmentPredictionShown,
)
from tessella.http.shown.jobs import problem_shown
from tessella.http.shown.predictions import thresholds_shown
from tessella.http.shown.segment_stats import StatsViewer, segment_number
from tessella.ports.jobs import JobRun
from tessella.usecases.predictions.predict_segment import SegmentPrediction
from tessella.usecases.predictions.score_segment import ScoredPage

#: Source: requirement E, "Run ML Predictions for Segment".
MOST_RESULTS: Final = 100
MOST_ERRORS: Final = 10


def segment_prediction_shown(made: SegmentPrediction, viewer: StatsViewer) -> SegmentPredictionShown:
    """Predictions for the first members: the first results, and the first errors."""
    told, teller = made.told, made.teller
    return SegmentPredictionShown(
        segment_id=segment_number(made.segment.segment_id), segment_name=made.segment.name, type=teller.type,
        total_customers=told.total, processed=told.processed, successful=len(told.told), failed=len(told.faults),
        warning=viewer.warning(made.warning, teller.population, told.stats),
        aggregated_stats=viewer.aggregated(teller.type, told.stats),
        results=_results(teller.type, told.told[:MOST_RESULTS]),
        errors=[MemberError(each.customer_id, each.error) for each in told.faults[:MOST_ERRORS]],
        has_more_results=len(told.told) > MOST_RESULTS, model_version=teller.model_version,
        as_of=iso(told.as_of), predicted_at=iso(told.made_at), thresholds=_thresholds(teller.thresholds),
    )  # fmt: skip


def scores_shown(page: ScoredPage, segment_name: str, viewer: StatsViewer) -> SegmentPredictionShown:
    """Predictions for everybody: a page of the results."""
    scored = page.scored
    return SegmentPredictionShown(
        segment_id=segment_number(scored.segment_id), segment_name=segment_name, type=scored.type,
        total_customers=scored.members, processed=scored.members, successful=scored.members - scored.failed,
        failed=scored.failed, warning=viewer.warning(scored.warning, scored.population, scored.stats),
        aggregated_stats=viewer.aggregated(scored.type, scored.stats),
        results=_results(scored.type, page.told),
        errors=[MemberError(each.customer_id, each.error) for each in page.faults[:MOST_ERRORS]],
        has_more_results=page.next_after is not None, model_version=scored.model_version, as_of=iso(scored.as_of),
        predicted_at=iso(scored.made_at),
        next_cursor=None if page.next_after is None else named_cursor(page.next_after),
        thresholds=_thresholds(scored.thresholds),
    )  # fmt: skip


def prediction_job_shown(run: JobRun, result: SegmentPredictionShown | None) -> SegmentPredictionJob:
    """How far a job is."""
    return SegmentPredictionJob(
        job_id=run.run_id, segment_id=segment_number(run.inputs["segment_id"]),
        type=PredictionType(run.inputs["type"]), state=run.state, progress=run.progress,
        error=problem_shown(run.error), result=result,
    )  # fmt: skip


def _thresholds(thresholds: Thresholds | None) -> ThresholdsShown | UnsetType:
    return UNSET if thresholds is None else thresholds_shown(thresholds)


def _results(asked: PredictionType, told: Sequence[MemberTold]) -> list[MemberResult]:
    shown: list[MemberResult] = []
    for each in told:
        prediction: dict[str, Any] = {asked.value: each.prediction}
        shown.append(MemberResult(customer_id=each.customer_id, **prediction))
    return shown
