"""Look for knobs that rank better, one knob after another, on purchases that the report does not use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from tessella.domain.ranking.evaluation.accuracy import ndcg
from tessella.domain.ranking.evaluation.contenders import Config, contender, lists_of
from tessella.domain.ranking.evaluation.split import Split
from tessella.domain.ranking.evaluation.views import View, relevant
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.knobs import Knobs, KnobValue
from tessella.domain.steps import Steps

_WEIGHTS: Final = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0)
#: What is tried of each knob, in the order of the search. Diversity, caps and rules are what people want to see, not
#: what finds the most purchases: they stay as they are.
TRIED: Final[Mapping[str, Sequence[KnobValue]]] = {
    "delta": (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0),
    "alpha": _WEIGHTS,
    "half_life_days": (5.0, 7.0, 14.0, 30.0),
    "beta": _WEIGHTS,
    "co_vis_window_days": (30, 60, 90),
    "gamma": _WEIGHTS,
    "own_half_life_days": (30.0, 45.0, 90.0, 180.0),
    "profile_boost": (0.0, 0.1, 0.2, 0.5),
    "profile_top_n": (10, 30, 100),
}
#: How often all knobs are gone through.
ROUNDS: Final = 2
#: How long the lists are, and how many subjects they are for.
LENGTH: Final = 10
SUBJECTS: Final = 500


class Found(msgspec.Struct, frozen=True):
    """The best configuration of a search."""

    config: Config
    #: NDCG on the purchases that were searched on, of the configuration that it began with and of the best.
    began_at: float
    reached: float
    #: How many configurations were ranked with.
    trials: int

    def changed(self, begun: Config) -> Knobs:
        """The knobs that are to have another value."""
        return {knob: value for knob, value in self.config.items() if value != begun[knob]}


def search_steps(index: RankingIndex, split: Split, begun: Config, view: View) -> Steps[Found]:
    """Climb by one knob at a time, a trial a step: a value is taken when NDCG is greater with it."""
    best, began_at = begun, score(index, split, begun, view)
    reached, trials = began_at, 1
    for knob, value in _tried():
        if best[knob] == value:
            continue
        config = {**best, knob: value}
        found = score(index, split, config, view)
        yield
        trials += 1
        if found > reached:
            best, reached = config, found
    return Found(best, began_at, reached, trials)


def most_steps() -> int:
    """The most steps that a search takes."""
    return sum(1 for _ in _tried())


def score(index: RankingIndex, split: Split, config: Config, view: View) -> float:
    """The mean NDCG over the subjects who bought something that counts; 0 without any."""
    wanted = relevant(split, view)
    counts = wanted.counts()
    some = counts > 0
    if not some.any():
        return 0.0
    lists = lists_of(index, split, contender("tried", config), view, LENGTH)
    return float(ndcg(wanted.holds(lists)[some], counts[some]).mean())


def _tried() -> Iterator[tuple[str, KnobValue]]:
    return ((knob, value) for _ in range(ROUNDS) for knob, values in TRIED.items() for value in values)
