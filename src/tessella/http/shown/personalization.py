"""How the figures of personalization are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tessella.domain.features.gate import iso
from tessella.domain.personalization.figures import EXTRACTION_SUCCESS
from tessella.http.metrics.report import CACHED, COMPUTED
from tessella.http.schemas.personalization_metrics import (
    OptOutCounts,
    PersonalizationEvaluatedShown,
    PersonalizationFigureShown,
    PersonalizationJobShown,
    PersonalizationMetricsShown,
    RankingCounts,
    VectorCounts,
)
from tessella.ports.jobs import JobRun
from tessella.ports.personalization import EvaluatedMetric
from tessella.usecases.personalization.metrics import PersonalizationMetrics


def metrics_shown(found: PersonalizationMetrics, counted: Mapping[str, int]) -> PersonalizationMetricsShown:
    """The figures of a namespace; `counted` are its rankings by what became of them."""
    return PersonalizationMetricsShown(
        _vectors(found),
        _rankings(found, counted),
        OptOutCounts(found.opt_outs.subjects, found.opt_outs.opted_out, found.opt_outs.rate),
        {job.value: _job(run) for job, run in found.runs.items()},
        [figure_shown(each) for each in found.figures],
    )


def evaluated_shown(figures: Iterable[EvaluatedMetric]) -> PersonalizationEvaluatedShown:
    """The figures of one evaluation."""
    return PersonalizationEvaluatedShown([figure_shown(each) for each in figures])


def figure_shown(each: EvaluatedMetric) -> PersonalizationFigureShown:
    """One figure."""
    return PersonalizationFigureShown(
        iso(each.evaluated_at), each.period, each.scope, each.model_version, each.metric, each.value, each.sample_size
    )


def _vectors(found: PersonalizationMetrics) -> VectorCounts:
    last = next((each for each in found.figures if each.metric == EXTRACTION_SUCCESS), None)
    if last is None:
        return VectorCounts(found.kept.subjects, None, None, None)
    return VectorCounts(found.kept.subjects, last.sample_size, last.value, iso(last.evaluated_at))


def _rankings(found: PersonalizationMetrics, counted: Mapping[str, int]) -> RankingCounts:
    hits, misses = counted.get(CACHED, 0), counted.get(COMPUTED, 0)
    why = {word: many for word, many in counted.items() if word not in (CACHED, COMPUTED)}
    rate = hits / (hits + misses) if hits + misses else None
    kept = {str(scope): many for scope, many in found.kept.rankings.items()}
    return RankingCounts(kept, hits, misses, rate, why)


def _job(run: JobRun) -> PersonalizationJobShown:
    is_over = run.started_at is not None and run.finished_at is not None
    seconds = (run.finished_at - run.started_at) / 1e6 if is_over else None  # type: ignore[operator]  # both are there
    return PersonalizationJobShown(run.run_id, run.state, iso(run.asked_at), seconds)
