"""How the demo's experiment is printed."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.cli.output import console, counted, print_table
from tessella.domain.experiments.inference.results.missing import what_is_missing
from tessella.domain.experiments.inference.results.said import Results, SegmentSaid
from tessella.domain.experiments.segmentation.seen import SegmentSeen
from tessella.usecases.experiments.results.results import ExperimentResults


def print_experiment(found: ExperimentResults) -> None:
    """Its segments, a row each: households, the share that redeems a coupon, and the shares given each variant."""
    results, experiment = found.results, found.experiment
    if results is None:
        return
    said = {each.segment_key: each for each in results.segments}
    columns = ("segment", "households", "redeem a coupon", *(f"given {each.name}" for each in experiment.variants))
    rows = [_row(each, said.get(each.segment_key), len(experiment.variants)) for each in found.segments()]
    print_table(f"Experiment {experiment.experiment_id}: {experiment.name}, by segment", columns, rows)
    console.print(
        "Households redeem a coupon in a replay of 2017, which no banner has brought about. Tiers truly "
        f"differ in that: an alert that one brings less than half of the others is no fault.\n{_told(results)}",
        highlight=False,
    )


def _row(seen: SegmentSeen, said: SegmentSaid | None, variants: int) -> Sequence[object]:
    rate = "" if seen.conversion_rate is None else f"{seen.conversion_rate:.1%}"
    return [seen.display_name, seen.allocations, rate, *(_shares(said) or [""] * variants)]


def _shares(said: SegmentSaid | None) -> Sequence[str]:
    """Of the segment's units, those that each variant was given to."""
    if said is None or not said.units:
        return []
    return [f"{each.units / said.units:.0%}" for each in said.variants]


def _told(results: Results) -> str:
    """What a comparison lacks: counts of it leave out young households, so they are told only when all are old."""
    young = round(results.units - results.mature_units)
    if young:
        return f"{counted(young, 'household')} may still redeem. A comparison needs 40 that do under each variant."
    return what_is_missing(results.gate) or "Enough is known to compare the variants."
