"""What may be done now: a verdict, held back by alarms, and by guardrails where it names a winner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Final

import msgspec

from tessella.domain.experiments.inference.results.guardrails import is_broken
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.measured import improvement
from tessella.domain.experiments.inference.results.said import ContrastSaid, GuardrailSaid, VariantSaid, VerdictSaid
from tessella.domain.experiments.inference.results.stopping import Compared, Verdict, verdict
from tessella.domain.intervals import Interval

_DAY_US: Final = 86_400_000_000
_UNKNOWN: Final = Interval(-inf, inf)


def judged(said: VerdictSaid, material: Material, units: float) -> VerdictSaid:
    """What was said, or that the maximum is reached where nothing was."""
    is_over = _is_over(material, units)
    reached = is_over and said.verdict is Verdict.GO_ON
    return msgspec.structs.replace(said, is_over=is_over, verdict=Verdict.MAXIMUM if reached else said.verdict)


def undecided(material: Material, *, is_held_back: bool) -> VerdictSaid:
    """Go on: nothing is known yet, or nothing that is known may be relied on."""
    return VerdictSaid(Verdict.GO_ON, harmful=tuple(sorted(material.newest.disabled)), is_held_back=is_held_back)


def decided(compared: Compared, guardrails: Sequence[GuardrailSaid], material: Material) -> VerdictSaid:
    """By what is compared. A leader that breaks a guardrail does not win."""
    harmful = tuple(sorted({*compared.harmful(), *material.newest.disabled}))
    found = verdict(compared, material.experiment.stopping)
    lead = compared.leader
    if found is not Verdict.WINNER:
        return VerdictSaid(found, lead, harmful=harmful)
    breaks = any(is_broken(each) and each.variant_id == lead for each in guardrails)
    return VerdictSaid(Verdict.GO_ON, lead, harmful=harmful) if breaks else VerdictSaid(found, lead, lead, harmful)


def compared(
    lead: VariantSaid, contrasts: Iterable[ContrastSaid], pairs: Iterable[ContrastSaid], material: Material
) -> Compared:
    """The intervals that a verdict goes by. `pairs` are others against the leader; a missing one is not known."""
    number = [each.variant_id for each in material.experiment.variants].index(lead.variant_id)
    value = abs(lead.value.value) if lead.value else 0.0
    loss = material.learned.losses[number]
    given = {material.experiment.variants[each].variant_id for each in material.given if each != number}
    behind = dict.fromkeys(given, _UNKNOWN)
    behind |= {each.variant_id: _better(each, material) for each in pairs if each.variant_id in given}
    return Compared(
        leader=lead.variant_id,
        leads={each: Interval(-interval.high, -interval.low) for each, interval in behind.items()},
        over_control={each.variant_id: _better(each, material) for each in contrasts},
        expected_loss=loss / value if value else float(loss > 0),
    )


def _better(contrast: ContrastSaid, material: Material) -> Interval:
    bounds = improvement(contrast.difference, material.experiment.primary.goal).interval
    return Interval(bounds.low, bounds.high)


def _is_over(material: Material, units: float) -> bool:
    """Days count from the first policy that was learned."""
    rules = material.experiment.stopping
    begun = min((each.published_at for each in material.policies if each.policy.version), default=material.now)
    days = (material.now - begun) / _DAY_US
    return (rules.max_units is not None and units >= rules.max_units) or (
        rules.max_days is not None and days >= rules.max_days
    )
