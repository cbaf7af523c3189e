"""How soon evidence for differences between segments is enough, in a simulated experiment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import logit

from benchmarks.experiments_world import World
from tessella.domain.experiments.inference.estimates.heterogeneity import ENOUGH, bayes_factor
from tessella.domain.experiments.setup.metric import Reward

#: It is looked at whenever there are so many times as many units, as a scheduled check would.
_GROWTH: Final = 1.1


@dataclass(slots=True)
class Evidence:
    """Looks at a world until the Bayes factor is enough."""

    world: World
    #: With how many units it first was.
    found_at: int | None = None
    _looked: int = 0

    def look(self, units: int) -> None:
        """Ask now, where it is time to."""
        if self.found_at is None and units >= self._looked * _GROWTH:
            self._looked = units
            self.found_at = units if self._factor() > ENOUGH else None

    def _factor(self) -> float:
        cells, reward = self.world.counting.cells(), self.world.experiment.primary.reward
        mean = float(cells.total.sum() / cells.units.sum())
        if reward is Reward.BINARY:
            mean = float(logit(np.clip(mean, 1e-4, 1 - 1e-4)))
        return bayes_factor(cells, reward, mean)


def found_by(world: World) -> int | None:
    """With how many units the Bayes factor first was enough; None where it never was."""
    evidence = Evidence(world)
    for units in world.run():
        if world.counting.mature():
            evidence.look(units)
        if evidence.found_at is not None:
            break
    return evidence.found_at
