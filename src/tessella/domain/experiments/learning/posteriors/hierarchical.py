"""Segments that learn from one another: a logistic-normal model of effects, pooled as far as the rewards say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, logsumexp

from tessella.domain.experiments.learning.cells import Cells
from tessella.domain.experiments.learning.laplace import Believed, believed_binary, believed_continuous
from tessella.domain.experiments.learning.posteriors.drawn import DRAWS, Draws, learned_from
from tessella.domain.experiments.learning.posteriors.posterior import Learned
from tessella.domain.experiments.learning.prior import Spread, spreads
from tessella.domain.experiments.setup.metric import Goal, Reward

#: Added to the diagonal of a covariance before its root is taken, as a share of its mean.
_JITTER: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Hierarchical:
    """Draws are narrowed by `narrowing`: plain Thompson sampling, which is 1, looks around for longer than it pays.

    0.6 was chosen by simulation over 10,000 to 200,000 units; it needs the floor under every variant's weight.
    """

    summary: ClassVar[str] = "Effects pooled across segments as far as the rewards say so."

    narrowing: float = 0.6

    @classmethod
    def default(cls) -> Self:
        """With narrowed draws."""
        return cls()

    def learn(self, cells: Cells, reward: Reward, goal: Goal, centre: float, random: np.random.Generator) -> Learned:
        """By the spread that explains the rewards best."""
        mean = float(logit(centre)) if reward is Reward.BINARY else centre
        believed = most_likely(cells, reward, mean, spreads())
        noise = random.standard_normal((DRAWS, len(believed.deviations)))
        away, shape = noise @ _root(believed.covariance()).T, (DRAWS, cells.segments, cells.variants)
        middle = (mean + believed.deviations).reshape(shape[1:])
        wide = away.reshape(shape)
        narrow = self.narrowing * wide
        narrow += middle
        wide += middle
        return learned_from(narrow, _rewards(wide, reward), cells.shares(), goal)


def most_likely(cells: Cells, reward: Reward, mean: float, tried: Iterable[Spread]) -> Believed:
    """What is believed under the spread that is the most likely one of those that are tried."""
    believed = [(spread.log_prior, believed_under(spread, cells, reward, mean)) for spread in tried]
    return max(believed, key=lambda pair: pair[0] + pair[1].log_evidence)[1]


def mean_log_evidence(cells: Cells, reward: Reward, mean: float, tried: Iterable[Spread]) -> float:
    """The logarithm of how likely the rewards are, over the spreads that are tried by how likely each is beforehand."""
    told = [(spread.log_prior, believed_under(spread, cells, reward, mean).log_evidence) for spread in tried]
    priors = np.array([prior for prior, _ in told])
    return float(logsumexp(priors + [evidence for _, evidence in told]) - logsumexp(priors))


def believed_under(spread: Spread, cells: Cells, reward: Reward, mean: float) -> Believed:
    """What is believed under one spread, around `mean`: a logit for a binary reward."""
    prior = _scale(cells, reward) ** 2 * spread.covariance(cells.segments, cells.variants)
    return _BELIEVED[reward](cells, mean, prior)


def _scale(cells: Cells, reward: Reward) -> float:
    """What a spread of 1 is on the scale of values: logits are as they are, amounts go by their standard deviation."""
    everybody = cells.units.sum()
    if reward is Reward.BINARY or not everybody:
        return 1.0
    variance = cells.squares.sum() / everybody - (cells.total.sum() / everybody) ** 2
    return float(np.sqrt(variance)) if variance > 0 else 1.0


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    jitter = _JITTER * float(np.trace(covariance)) / len(covariance)
    return np.asarray(np.linalg.cholesky(covariance + jitter * np.eye(len(covariance))), dtype=np.float64)


def _rewards(values: Draws, reward: Reward) -> Draws:
    return expit(values) if reward is Reward.BINARY else values


_BELIEVED: Final[dict[Reward, Callable[[Cells, float, NDArray[np.float64]], Believed]]] = {
    Reward.BINARY: believed_binary,
    Reward.CONTINUOUS: believed_continuous,
}
