"""Whether another variant is the best one somewhere: what segments are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import expit, logsumexp

from tessella.domain.experiments.inference.logged import Numbers
from tessella.domain.experiments.learning.cells import Cells
from tessella.domain.experiments.learning.one_thread import one_thread
from tessella.domain.experiments.learning.posteriors.hierarchical import believed_under, value_scale
from tessella.domain.experiments.learning.prior import INTERACTION_SPREADS, Spread, spreads
from tessella.domain.experiments.setup.metric import Reward

#: Evidence for differences between segments that is enough to make them eligible, and that speaks against them.
ENOUGH: Final = 20.0
AGAINST: Final = 1 / 3

_DRAWS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """What cells say of differences between segments."""

    #: How much better differing effects explain the rewards than equal ones: a Bayes factor, which behaves like an
    #: e-value but rests on Laplace's approximation.
    bayes_factor: float


def heterogeneity(cells: Cells, reward: Reward, centre: float) -> Heterogeneity:
    """[sum over t > 0 of w Z] / [the same at t = 0], over the spreads t of interactions and those of main effects.

    `centre` is a logit for a binary reward.
    """
    with one_thread():
        differing = _log_mean(cells, reward, centre, INTERACTION_SPREADS)
        equal = _log_mean(cells, reward, centre, (0.0,))
    return Heterogeneity(float(np.exp(np.clip(differing - equal, -700, 700))))


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
    scale = value_scale(cells, reward)
    tried = [
        (each, believed_under(each, cells, reward, centre, scale)) for each in spreads((0.0, *INTERACTION_SPREADS))
    ]
    _, believed = max(tried, key=lambda pair: pair[0].log_prior + pair[1].log_evidence)
    return random.multivariate_normal(centre + believed.deviations, believed.covariance, _DRAWS, method="eigh")


def _log_mean(cells: Cells, reward: Reward, centre: float, interactions: tuple[float, ...]) -> float:
    tried = list(spreads(interactions))
    weights = np.array([each.log_prior for each in tried])
    scale = value_scale(cells, reward)
    evidence = [_evidence(each, cells, reward, centre, scale) for each in tried]
    return float(logsumexp(weights + evidence) - logsumexp(weights))


def _evidence(spread: Spread, cells: Cells, reward: Reward, centre: float, scale: float) -> float:
    return believed_under(spread, cells, reward, centre, scale).log_evidence
