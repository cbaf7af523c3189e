"""What every posterior has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.learning.cells import Cells, Grid
from tessella.domain.experiments.setup.metric import Goal, Reward


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What is believed of each variant in each segment. Each array has the shape (segments, variants)."""

    #: How likely each variant is the best one of its segment: a row sums to 1.
    best: Grid
    #: The same where segments are believed to be alike: each row is the same.
    best_overall: Grid
    #: A unit's reward: what is expected, and the bounds that it lies between with 95 % of the belief.
    mean: Grid
    low: Grid
    high: Grid
    #: Where segments are believed to be alike: how much less a unit of each variant brings than one of the best, as it
    #: is expected. Shape (variants,), nothing below 0.
    loss_overall: NDArray[np.float64]


class Posterior(Protocol):
    """A way to learn: a frozen dataclass of its settings."""

    #: In a few words, for people.
    summary: ClassVar[str]

    @classmethod
    def default(cls) -> Self:
        """The settings that it has where an experiment says nothing."""
        ...

    def learn(self, cells: Cells, reward: Reward, goal: Goal, centre: float, random: np.random.Generator) -> Learned:
        """What follows from cells. The same arguments give the same answer.

        `centre` is a unit's expected reward before anything is seen of the variants: 0 < centre < 1 if it is binary.
        """
        ...
