"""What a verdict means, in a sentence or two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tessella.domain.experiments.inference.results.said import VerdictSaid
from tessella.domain.experiments.inference.results.stopping import Verdict
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import VariantId

_HELD_BACK: Final = "Nothing is decided while variants are not given as their weights say."


def verdict_told(said: VerdictSaid, experiment: Experiment) -> str:
    """The verdict with the names that it is about: who leads, who wins, who does harm."""
    if said.is_held_back:
        return _HELD_BACK
    harm = "" if said.verdict is Verdict.HARMFUL or not said.harmful else f" {_harmful(said, experiment)}"
    return _TOLD[said.verdict](said, experiment) + harm


def _go_on(said: VerdictSaid, _: Experiment) -> str:
    if said.leader is None:
        return "Go on: nothing can be compared yet."
    return f'Go on: "{said.leader}" leads, and is not surely the best one yet.'


def _winner(said: VerdictSaid, _: Experiment) -> str:
    return f'"{said.winner}" wins: it is surely better than each other variant.'


def _good_enough(said: VerdictSaid, experiment: Experiment) -> str:
    return (
        f'"{said.leader}" leads, and is good enough: no other variant is expected to bring more by '
        f"{experiment.stopping.worth:.1%}, which is `worth`. To go on would change little."
    )


def _futile(said: VerdictSaid, experiment: Experiment) -> str:
    leader = f'The control, "{said.leader}",' if said.leader == experiment.control.variant_id else f'"{said.leader}"'
    return (
        f"{leader} leads, and no other variant is better by what matters: `worth` or `alike_within`. "
        "To go on would change little."
    )


def _harmful(said: VerdictSaid, _: Experiment) -> str:
    return f"Surely worse than the control: {_named(said.harmful)}."


def _maximum(said: VerdictSaid, _: Experiment) -> str:
    lead = "" if said.leader is None else f' "{said.leader}" leads, and is not surely the best one.'
    return f"It has had as many units or days as it may.{lead}"


def _named(variants: tuple[VariantId, ...]) -> str:
    return ", ".join(f'"{each}"' for each in variants)


_TOLD: Final[Mapping[Verdict, Callable[[VerdictSaid, Experiment], str]]] = {
    Verdict.GO_ON: _go_on,
    Verdict.WINNER: _winner,
    Verdict.GOOD_ENOUGH: _good_enough,
    Verdict.FUTILE: _futile,
    Verdict.HARMFUL: _harmful,
    Verdict.MAXIMUM: _maximum,
}
