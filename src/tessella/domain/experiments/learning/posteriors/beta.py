"""Each variant of each segment by itself: Thompson sampling with Beta posteriors, as most tools have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from tessella.domain.experiments.learning.cells import Cells
from tessella.domain.experiments.learning.laplace import variances
from tessella.domain.experiments.learning.posteriors.drawn import DRAWS, Draws, learned_from
from tessella.domain.experiments.learning.posteriors.posterior import Learned
from tessella.domain.experiments.setup.metric import Goal, Reward


@dataclass(frozen=True, slots=True)
class IndependentBeta:
    """Nothing is learned from other segments. Amounts have normal posteriors instead."""

    summary: ClassVar[str] = "Each segment by itself: Beta posteriors and Thompson sampling."

    @classmethod
    def default(cls) -> Self:
        """With a flat prior."""
        return cls()

    def learn(self, cells: Cells, reward: Reward, goal: Goal, centre: float, random: np.random.Generator) -> Learned:
        """By draws."""
        drawn = _chances(cells, random) if reward is Reward.BINARY else _amounts(cells, centre, random)
        return learned_from(drawn, drawn, cells.shares(), goal)


def _chances(cells: Cells, random: np.random.Generator) -> Draws:
    failed = cells.units - cells.total
    return random.beta(1 + cells.total, 1 + failed, (DRAWS, *cells.units.shape))


def _amounts(cells: Cells, centre: float, random: np.random.Generator) -> Draws:
    mean = (cells.total + centre) / (cells.units + 1)
    spread = np.sqrt(variances(cells) / (cells.units + 1))
    return random.normal(mean, spread, (DRAWS, *cells.units.shape))
