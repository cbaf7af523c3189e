"""How the demo's experiment is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.cli.output import console, counted, print_table
from tessella.domain.experiments.inference.results.missing import what_is_missing
from tessella.domain.experiments.inference.results.said import Results, SegmentSaid
from tessella.domain.experiments.segmentation.seen import SegmentSeen
from tessella.usecases.experiments.results.results import ExperimentResults

_REPLAY: Final = (
    "A redemption is a replay of 2017: no banner has brought it about. Households come in batches, and each "
    "batch is given more of what the batches before it redeemed under."
)
_FEW: Final = (
    "The variants are not compared, and stay so: what was learned soon gave most households one of them, and a "
    "comparison needs 40 that redeem under each. In use, more would come."
)


def print_experiment(found: ExperimentResults) -> None:
    """Its segments, a row each: households, the share that redeems a coupon, and the shares given each variant."""
    results, experiment = found.results, found.experiment
    if results is None:
        return
    said = {each.segment_key: each for each in results.segments}
    columns = ("segment", "households", "redeemed", *(f"got {each.name}" for each in experiment.variants))
    rows = [_row(each, said.get(each.segment_key), len(experiment.variants)) for each in found.segments()]
    title = f'Experiment "{experiment.experiment_id}": what a banner showed, and who redeemed a coupon of it'
    console.print()
    print_table(title, columns, rows)
    console.print(f"{_REPLAY}\n{_told(results)}", highlight=False)


def _row(seen: SegmentSeen, said: SegmentSaid | None, variants: int) -> Sequence[object]:
    rate = "" if seen.conversion_rate is None else f"{seen.conversion_rate:.1%}"
    return [seen.display_name.removeprefix("user."), seen.allocations, rate, *(_shares(said) or [""] * variants)]


def _shares(said: SegmentSaid | None) -> Sequence[str]:
    """Of the segment's units, those that each variant was given to."""
    if said is None or not said.units:
        return []
    return [f"{each.units / said.units:.0%}" for each in said.variants]


def _told(results: Results) -> str:
    """Why variants are not compared, which stays so. Young households do not count yet, so counts wait for them."""
    young = round(results.units - results.mature_units)
    if young:
        return f"{_FEW} {counted(young, 'household')} may still redeem; in two minutes all of them count."
    missing = what_is_missing(results.gate)
    return f"{_FEW}\n{missing}" if missing else "Enough is known to compare the variants."
