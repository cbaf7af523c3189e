"""What draws from a posterior say: which variant is the best one, and how far values may lie."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.learning.cells import Grid
from tessella.domain.experiments.learning.posteriors.posterior import Learned
from tessella.domain.experiments.setup.metric import Goal
from tessella.domain.intervals import CONFIDENCE

#: Shape (draws, segments, variants).
Draws = NDArray[np.float64]

DRAWS: Final = 2_000
_BOUNDS: Final = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)


def share_best(draws: Draws, goal: Goal) -> Grid:
    """In which share of the draws each variant is the best one of its segment."""
    better = draws if goal is Goal.MAXIMISE else -draws
    winners = better.argmax(axis=2)
    counted = [(winners == variant).mean(axis=0) for variant in range(draws.shape[2])]
    return np.stack(counted, axis=1)


def learned_from(draws: Draws, rewards: Draws, shares: NDArray[np.float64], goal: Goal) -> Learned:
    """From draws of values, which tell the best, and of rewards, which tell what a unit brings.

    Overall, a variant's value is the mean over segments by their shares.
    """
    overall = np.tensordot(draws, shares, axes=([1], [0]))[:, None, :]
    low, high = np.quantile(rewards, _BOUNDS, axis=0)
    everywhere = np.broadcast_to(share_best(overall, goal), draws.shape[1:])
    loss = _loss(np.tensordot(rewards, shares, axes=([1], [0])), goal)
    return Learned(share_best(draws, goal), everywhere, rewards.mean(axis=0), low, high, loss)


def _loss(overall: NDArray[np.float64], goal: Goal) -> NDArray[np.float64]:
    better = overall if goal is Goal.MAXIMISE else -overall
    loss: NDArray[np.float64] = (better.max(axis=1, keepdims=True) - better).mean(axis=0)
    return loss
