"""Other ways to learn which variant is the best one in each segment, on the same batches of the same worlds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.experiments_plan import Plan
from benchmarks.experiments_truths import Numbers, Truth

Whole = NDArray[np.int64]


class Contender(Protocol):
    """Draws a batch's variants at once, and is told of them when the next batch has been drawn."""

    def draw(self, segment: Whole) -> Whole: ...

    def learn(self, segment: Whole, variant: Whole, reward: Numbers) -> None: ...


Made = Callable[[int, int, np.random.Generator], Contender]


def lost_by(made: Made, truth: Truth, plan: Plan, random: np.random.Generator) -> dict[int, float]:
    """How much less was brought than by the best variant of each segment, by the number of units.

    A contender learns of a batch's rewards one batch later, as ours does.
    """
    contender = made(*truth.logits.shape, random)
    values, units, lost, found = truth.values(0), 0, 0.0, {}
    waiting: tuple[Whole, Whole, Numbers] | None = None
    for size in plan.batches():
        segment = random.choice(len(truth.shares), size, p=truth.shares)
        variant = contender.draw(segment)
        if waiting is not None:
            contender.learn(*waiting)
        rewarded = random.random(size) < truth.rates(0)[segment, variant]
        waiting = (segment, variant, _worth(truth, rewarded, random))
        units += size
        lost += float((values.max(axis=1)[segment] - values[segment, variant]).sum())
        found[units] = lost
    return found


def _worth(truth: Truth, rewarded: NDArray[np.bool_], random: np.random.Generator) -> Numbers:
    """One unit is a cell of its own."""
    return truth.rewards(rewarded.astype(np.int64), random)[1]


class IndependentThompson:
    """Thompson sampling with a Beta(1, 1), or a normal, for each variant of each segment."""

    def __init__(self, segments: int, variants: int, random: np.random.Generator) -> None:
        self._random = random
        self._units = np.zeros((segments, variants))
        self._total = np.zeros((segments, variants))
        self._squares = np.zeros((segments, variants))

    def draw(self, segment: Whole) -> Whole:
        if (self._squares == self._total).all():
            drawn = self._random.beta(1 + self._total[segment], 1 + (self._units - self._total)[segment])
        else:
            drawn = self._amounts(segment)
        return np.asarray(drawn.argmax(axis=1))

    def learn(self, segment: Whole, variant: Whole, reward: Numbers) -> None:
        np.add.at(self._units, (segment, variant), 1)
        np.add.at(self._total, (segment, variant), reward)
        np.add.at(self._squares, (segment, variant), reward**2)

    def _amounts(self, segment: Whole) -> Numbers:
        mean = self._total.sum() / self._units.sum()
        variance = self._squares.sum() / self._units.sum() - mean**2
        own = (self._total + mean) / (self._units + 1)
        return np.asarray(self._random.normal(own[segment], np.sqrt(variance / (self._units + 1))[segment]))


class LinearThompson(IndependentThompson):
    """LinTS as it was published (Agrawal and Goyal 2013), with alpha 1 and a context that has a one for the segment."""

    def draw(self, segment: Whole) -> Whole:
        mean, spread = self._total / (self._units + 1), 1 / np.sqrt(self._units + 1)
        return np.asarray(self._random.normal(mean[segment], spread[segment]).argmax(axis=1))


class Mabwiser:
    """`mabwiser`'s LinTS with its default alpha of 1, and the same context.

    It copies its random numbers for each arm, so that all have the same noise, and explores less.
    """

    def __init__(self, segments: int, variants: int, random: np.random.Generator) -> None:
        from mabwiser.mab import MAB, LearningPolicy

        self._segments = np.eye(segments)
        self._mab = MAB(list(range(variants)), LearningPolicy.LinTS(), seed=int(random.integers(1 << 31)))
        self._random, self._variants, self._has_learned = random, variants, False

    def draw(self, segment: Whole) -> Whole:
        if not self._has_learned:
            return self._random.integers(0, self._variants, len(segment))
        return np.array(self._mab.predict(self._segments[segment])).reshape(-1)

    def learn(self, segment: Whole, variant: Whole, reward: Numbers) -> None:
        learn = self._mab.partial_fit if self._has_learned else self._mab.fit
        learn(variant, reward, self._segments[segment])
        self._has_learned = True


class VowpalWabbit:
    """`vowpalwabbit`'s `cb_explore` with its default epsilon-greedy, and the segment as the feature."""

    def __init__(self, segments: int, variants: int, random: np.random.Generator) -> None:
        from vowpalwabbit import Workspace

        self._workspace = Workspace(f"--cb_explore {variants} --quiet --random_seed {random.integers(1 << 31)}")
        self._random, self._chances = random, np.full((segments, variants), 1 / variants)

    def draw(self, segment: Whole) -> Whole:
        for each in range(len(self._chances)):
            self._chances[each] = self._workspace.predict(f"| segment_{each}")
        reached = self._random.random(len(segment))[:, None] < self._chances[segment].cumsum(axis=1)
        return np.asarray(reached.argmax(axis=1))

    def learn(self, segment: Whole, variant: Whole, reward: Numbers) -> None:
        chances = self._chances[segment, variant]
        for each, chosen, brought, chance in zip(segment, variant, reward, chances, strict=True):
            self._workspace.learn(f"{chosen + 1}:{-brought}:{chance} | segment_{each}")


PEERS: Final[Mapping[str, Made]] = {
    "LinTS with alpha 1": LinearThompson,
    "mabwiser 2.7.4, LinTS": Mabwiser,
    "vowpalwabbit 9.11, cb_explore": VowpalWabbit,
}
