"""What is wrong with an experiment, in a sentence or two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.alerts.rules import EXPERIMENT_FAILED, EXPERIMENT_GUARDRAIL, EXPERIMENT_SAMPLE_RATIO, AlertRule
from tessella.domain.experiments.inference.results.guardrails import is_broken
from tessella.domain.experiments.inference.results.said import EstimateSaid, GuardrailSaid, RatioSaid, Results
from tessella.domain.experiments.inference.results.sample_ratios import ALL, alarms

#: The alerts of those who refresh.
RULES: Final = (EXPERIMENT_FAILED, EXPERIMENT_GUARDRAIL, EXPERIMENT_SAMPLE_RATIO)


def alarms_of(results: Results) -> Iterator[tuple[AlertRule, str | None]]:
    """Of each rule, what there is to say; None where nothing is wrong."""
    yield EXPERIMENT_GUARDRAIL, guardrail_alarm(results)
    yield EXPERIMENT_SAMPLE_RATIO, sample_ratio_alarm(results)


def sample_ratio_alarm(results: Results) -> str | None:
    """Where variants were not given as their weights say; None where they were."""
    found = alarms(results.sample_ratios)
    if not found:
        return None
    places = "; ".join(map(_place, found[:5]))
    return (
        f"The counts of variants do not fit the weights that units were drawn by: {places}. Verdicts are held back "
        "until that is explained, and no variant is disabled. Units are assigned as before."
    )


def guardrail_alarm(results: Results) -> str | None:
    """Which variants make which metrics worse than is allowed; None where none does."""
    found = [_broken(each, each.improvement) for each in results.guardrails if is_broken(each) and each.improvement]
    return " ".join(found) or None


def _place(ratio: RatioSaid) -> str:
    where = "all units" if ratio.dimension == ALL else f"{ratio.dimension} {ratio.level}"
    return f"{where} ({ratio.units:,.0f} units, evidence {ratio.evidence:.3g})"


def _broken(guardrail: GuardrailSaid, improvement: EstimateSaid) -> str:
    interval = improvement.interval
    return (
        f"{guardrail.metric} of {guardrail.variant_id} is better than the control's by {interval.low:.4g} to "
        f"{interval.high:.4g} a unit, where less than {guardrail.allowed:.4g} is too little."
    )
