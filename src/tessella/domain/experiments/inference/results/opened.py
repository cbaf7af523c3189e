"""What may be told of an experiment, and what was told already: it stays told."""

from __future__ import annotations

from tessella.domain.experiments.inference.estimates.gate import LEAST_EFFECTIVE, Gate, Opened, Pair, least_rewarded
from tessella.domain.experiments.inference.results.material import Material
from tessella.domain.experiments.inference.results.said import GateSaid, WaitingSaid
from tessella.domain.identifiers import VariantId


def opened_before(material: Material) -> Opened:
    """What results before these told by the first metric."""
    if material.before is None:
        return Opened()
    number = _numbers(material)
    said = material.before.gate
    known = frozenset(number[each] for each in said.known if each in number)
    return Opened(known, frozenset(_pair(number, *each) for each in said.pairs if set(each) <= number.keys()))


def guarded_before(metric: str, material: Material) -> Opened:
    """What they told by a further metric: comparisons with the control only."""
    rails = () if material.before is None else material.before.guardrails
    number = _numbers(material)
    told = [each.variant_id for each in rails if each.metric == metric and each.improvement is not None]
    return Opened(pairs=frozenset((0, number[each]) for each in told if each in number))


def gate_said(gate: Gate, material: Material) -> GateSaid:
    """The gate, by the names of variants. Of those that are given no more, nothing is waited for."""
    names = [each.variant_id for each in material.experiment.variants]
    waiting = tuple(
        WaitingSaid(names[each.variant], each.rewarded, each.unrewarded, each.effective)
        for each in gate.waiting
        if each.variant in material.given
    )
    known = tuple(names[each] for each in sorted(gate.opened.known))
    pairs = tuple((names[one], names[other]) for one, other in sorted(gate.opened.pairs))
    least = least_rewarded(material.experiment.primary.reward)
    return GateSaid(gate.is_open, least, LEAST_EFFECTIVE, waiting, known, pairs)


def _numbers(material: Material) -> dict[VariantId, int]:
    return {each.variant_id: number for number, each in enumerate(material.experiment.variants)}


def _pair(number: dict[VariantId, int], one: VariantId, other: VariantId) -> Pair:
    return min(number[one], number[other]), max(number[one], number[other])
