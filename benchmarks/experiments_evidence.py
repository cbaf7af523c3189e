"""How soon evidence for differences between segments is enough, in a simulated experiment."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import logit

from benchmarks.experiments_world import World
from tessella.domain.experiments.inference.estimates.heterogeneity import ENOUGH, bayes_factor
from tessella.domain.experiments.setup.metric import Reward

#: It is looked at whenever there are so many times as many units, as a scheduled check would.
_GROWTH: Final = 1.1


def found_by(world: World) -> int | None:
    """With how many units the Bayes factor first was enough; None where it never was."""
    looked = 0.0
    for units in world.run():
        if units >= looked * _GROWTH and world.mature():
            looked = units
            if _factor(world) > ENOUGH:
                return units
    return None


def _factor(world: World) -> float:
    cells, reward = world.cells(), world.experiment.primary.reward
    mean = float(cells.total.sum() / cells.units.sum())
    if reward is Reward.BINARY:
        mean = float(logit(np.clip(mean, 1e-4, 1 - 1e-4)))
    return bayes_factor(cells, reward, mean)
