"""Which of the built half-lives and windows serves the one that a configuration asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from tessella.domain.ranking.index.index import Neighbours, Popularity, RankingIndex
from tessella.domain.ranking.knobs import KnobValue

Signal = TypeVar("Signal")
Days = TypeVar("Days", int, float)


def nearest_built(built: Mapping[Days, Signal], days: KnobValue) -> Signal | None:
    """The signal of exactly so many days, else of the nearest number, the smaller of two; None when none is built.

    >>> nearest_built({7.0: "week", 30.0: "month"}, 10.0)
    'week'
    """
    return built[min(built, key=lambda each: (abs(each - days), each))] if built else None


def popularity_for(index: RankingIndex, config: Mapping[str, KnobValue]) -> Popularity | None:
    """Popularity by the half-life of the configuration, or the nearest."""
    return nearest_built(index.popularity, config["half_life_days"])


def neighbours_for(index: RankingIndex, config: Mapping[str, KnobValue]) -> Neighbours | None:
    """Co-visitation in the window of the configuration, or the nearest."""
    return nearest_built(index.co_visitation, config["co_vis_window_days"])


def is_built(index: RankingIndex, config: Mapping[str, KnobValue]) -> bool:
    """Whether the index has both exactly as asked for, or not at all."""
    half_life, window = config["half_life_days"], config["co_vis_window_days"]
    return (not index.popularity or half_life in index.popularity) and (
        not index.co_visitation or window in index.co_visitation
    )
