"""Metrics made comparable: where the population lies, and how far it spreads."""

from __future__ import annotations

from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Baselines
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.positions import means_of
from tessella.domain.taxonomy.taxonomy import Standard

#: A spread below this part of the metric's size is none: it is what rounding leaves.
_NOTHING: Final = 1e-9


def standard_of(game: Game, baselines: Baselines) -> Standard:
    """Location and deviation of each metric: mean and standard deviation of the players' means.

    Players count alike, however many days they have. A metric of which nothing is known has location 0; one that is
    the same for everybody, or unknown, has deviation 1. Source: requirement C, "standardised by population".
    """
    means = means_of(baselines)
    known = np.isfinite(means)
    players = np.maximum(known.sum(axis=0), 1)
    location = np.where(known, means, 0.0).sum(axis=0) / players
    spread = np.sqrt((np.where(known, means - location, 0.0) ** 2).sum(axis=0) / players)
    deviation = np.where(spread > _NOTHING * np.maximum(np.abs(location), 1.0), spread, 1.0)
    scales = tuple(each.scale for each in game.metrics.values())
    return Standard(game.metric_names, scales, location, deviation)
