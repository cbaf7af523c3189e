"""Metrics that must not become much worse than they are under the control."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tessella.domain.experiments.dimensions import SEGMENT
from tessella.domain.experiments.inference.estimates.gate import gate
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.inference.results.contrasts import against, mean_of
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.measured import improvement
from tessella.domain.experiments.inference.results.opened import guarded_before
from tessella.domain.experiments.inference.results.said import Bounds, ComparisonOutcome, EstimateSaid, GuardrailSaid
from tessella.domain.experiments.setup.metric import Metric
from tessella.domain.identifiers import VariantId


def guardrails(material: Material) -> tuple[GuardrailSaid, ...]:
    """Every metric but the first, of every variant but the control."""
    return tuple(said for metric in material.experiment.metrics[1:] for said in _of_metric(metric, material))


def is_broken(guardrail: GuardrailSaid) -> bool:
    """Whether a variant is surely worse than its margin allows."""
    return guardrail.told is ComparisonOutcome.WORSE


def _of_metric(metric: Metric, material: Material) -> Iterator[GuardrailSaid]:
    rows = material.rows(SEGMENT, metric).mature()
    known = _compared(rows, metric, material)
    for each in material.experiment.variants[1:]:
        yield known.get(each.variant_id, GuardrailSaid(metric.name, each.variant_id, ComparisonOutcome.NOT_YET_KNOWN))


def _compared(rows: LoggedRows, metric: Metric, material: Material) -> Mapping[VariantId, GuardrailSaid]:
    everyone = range(len(material.experiment.variants))
    opened = gate(rows.logged, everyone, metric.reward, guarded_before(metric.name, material)).opened
    control = mean_of(rows.logged, 0)
    if control is None or not opened.beside(0):
        return {}
    allowed = -metric.margin * abs(control)
    found = {each.variant_id: improvement(each.difference, metric.goal) for each in against(rows, material, 0, opened)}
    return {
        name: GuardrailSaid(metric.name, name, _told(better, allowed), allowed, better)
        for name, better in found.items()
    }


def _told(better: EstimateSaid, allowed: float) -> ComparisonOutcome:
    """Worse: surely below what is allowed. The same: surely not below it."""
    interval: Bounds = better.interval
    if interval.low > 0:
        return ComparisonOutcome.BETTER
    if interval.high < allowed:
        return ComparisonOutcome.WORSE
    return ComparisonOutcome.SAME if interval.low >= allowed else ComparisonOutcome.UNCLEAR
