"""How the demo's experiment is printed."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.cli.output import counted, print_table, say
from tessella.domain.experiments.inference.results.said import Results, SegmentSaid
from tessella.domain.experiments.segmentation.seen import SegmentSeen
from tessella.usecases.experiments.results.results import ExperimentResults


def print_experiment(found: ExperimentResults) -> None:
    """Its segments, a row each: households, how many of them redeem, and which variants they were given."""
    results, experiment = found.results, found.experiment
    if results is None:
        return
    said = {each.segment_key: each for each in results.segments}
    columns = ("segment", "households", "redeem", *(each.name for each in experiment.variants))
    rows = [_row(each, said.get(each.segment_key), len(experiment.variants)) for each in found.segments()]
    print_table(f"Experiment: {experiment.name}", columns, rows)
    say(
        f"Rewards are a replay of the coupons of 2017, which no banner has brought about. {_told(results)}"
        + (f"\n{found.note}" if found.note else "")
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
    young = round(results.units - results.mature_units)
    waiting = f" {counted(young, 'household')} may still redeem: they count in two minutes." if young else ""
    return f"The policy of version {results.policy_version} holds.{waiting}"
