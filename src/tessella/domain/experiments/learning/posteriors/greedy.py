"""Mostly the variant that looks best, and sometimes any: epsilon-greedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from tessella.domain.experiments.learning.cells import Cells, Grid
from tessella.domain.experiments.learning.laplace import variances
from tessella.domain.experiments.learning.posteriors.posterior import Learned
from tessella.domain.experiments.setup.metric import Goal, Reward
from tessella.domain.intervals import CONFIDENCE, quantile


@dataclass(frozen=True, slots=True)
class EpsilonGreedy:
    """A share of `epsilon` goes to all variants alike."""

    summary: ClassVar[str] = "The variant with the best mean, and all alike for one unit in ten."

    epsilon: float = 0.1

    @classmethod
    def default(cls) -> Self:
        """One in ten."""
        return cls()

    def learn(self, cells: Cells, reward: Reward, goal: Goal, centre: float, random: np.random.Generator) -> Learned:
        """By means. A variant without units has the mean `centre`; equal ones share."""
        mean = _means(cells.total, cells.units, centre)
        reach = _reach(cells)
        together = Cells(*(each.sum(axis=0, keepdims=True) for each in (cells.units, cells.total, cells.squares)))
        overall = _means(together.total, together.units, centre)[0]
        everywhere = np.broadcast_to(self._weights(overall, goal), mean.shape)
        loss = _most_lost(overall, _reach(together)[0], goal)
        return Learned(self._weights(mean, goal), everywhere, mean, mean - reach, mean + reach, loss)

    def _weights(self, means: Grid, goal: Goal) -> Grid:
        best = means.max(axis=-1, keepdims=True) if goal is Goal.MAXIMISE else means.min(axis=-1, keepdims=True)
        winners = (means == best).astype(np.float64)
        greedy: Grid = winners / winners.sum(axis=-1, keepdims=True)
        weights: Grid = self.epsilon / means.shape[-1] + (1 - self.epsilon) * greedy
        return weights


def _means(total: Grid, units: Grid, centre: float) -> Grid:
    return np.where(units > 0, total / np.maximum(units, 1e-12), centre)


def _reach(cells: Cells) -> Grid:
    reach: Grid = quantile(CONFIDENCE) * np.sqrt(variances(cells) / np.maximum(cells.units, 1))
    return reach


def _most_lost(overall: Grid, reach: Grid, goal: Goal) -> Grid:
    """How much less than the best that any variant may well be: the loss that is left when means are all there is."""
    better = overall if goal is Goal.MAXIMISE else -overall
    loss: Grid = np.maximum((better + reach).max() - better, 0.0)
    return loss
