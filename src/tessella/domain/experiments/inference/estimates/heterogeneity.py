"""Whether another variant is the best one somewhere: what segments are for."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import expit

from tessella.domain.experiments.inference.logged.logged import Numbers
from tessella.domain.experiments.learning.cells import Cells
from tessella.domain.experiments.learning.posteriors.hierarchical import mean_log_evidence, most_likely
from tessella.domain.experiments.learning.prior import INTERACTION_SPREADS, spreads
from tessella.domain.experiments.setup.metric import Reward
from tessella.domain.one_thread import one_thread

#: Evidence for differences between segments that is enough to make them eligible, and that speaks against them.
ENOUGH: Final = 20.0
AGAINST: Final = 1 / 3

_DRAWS: Final = 2_000


def bayes_factor(cells: Cells, reward: Reward, centre: float) -> float:
    """How much better effects that differ between segments explain the rewards than equal ones.

    [sum over t > 0 of w Z] / [the same at t = 0], over the spreads t of interactions and those of main effects. It
    behaves like an e-value, and rests on Laplace's approximation. `centre` is a logit for a binary reward.
    """
    with one_thread():
        differing = mean_log_evidence(cells, reward, centre, spreads())
        equal = mean_log_evidence(cells, reward, centre, spreads((0.0,)))
    return float(np.exp(np.clip(differing - equal, -700, 700)))


def chance_of_lift(cells: Cells, reward: Reward, centre: float, least: float, random: np.random.Generator) -> float:
    """How likely it is that the best variant of each segment brings more than the best one overall, by `least` a unit.

    Over the posterior under the spread that explains the rewards best, with no interaction among those tried.
    """
    with one_thread():
        drawn = _drawn(cells, reward, centre, random)
    rewards = (expit(drawn) if reward is Reward.BINARY else drawn).reshape(_DRAWS, cells.segments, cells.variants)
    by_segment = rewards.max(axis=2) @ cells.shares()
    overall = np.tensordot(rewards, cells.shares(), axes=([1], [0])).max(axis=1)
    return float((by_segment - overall > least).mean())


def _drawn(cells: Cells, reward: Reward, centre: float, random: np.random.Generator) -> Numbers:
    believed = most_likely(cells, reward, centre, spreads((0.0, *INTERACTION_SPREADS)))
    return random.multivariate_normal(centre + believed.deviations, believed.covariance(), _DRAWS, method="eigh")
