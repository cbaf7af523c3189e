"""What simulated units really do: rewards by segment and variant, and how they change with time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Numbers = NDArray[np.float64]

#: Shares of eight segments, the largest first.
SHARES: Final = (0.30, 0.22, 0.16, 0.11, 0.08, 0.06, 0.04, 0.03)
BASE_RATE: Final = 0.08
#: How far segments lie apart without any variant.
_LEVELS: Final = 0.5
#: Amounts are lognormal: the standard deviation of their logarithm.
_AMOUNT_SPREAD: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """One world."""

    #: Shape (segments,): sums to 1.
    shares: Numbers
    #: Shape (segments, variants): the chance of a reward as a logit.
    logits: Numbers
    #: What a reward is worth on average; None: it is 1.
    amount: float | None = None
    #: How far all logits swing up and down over the experiment.
    drift: float = 0.0

    def rates(self, done: float) -> Numbers:
        """The chance of a reward when a share of the experiment is done."""
        return np.asarray(expit(self.logits + self.drift * np.sin(4 * np.pi * done)))

    def values(self, done: float) -> Numbers:
        """What a unit brings on average."""
        return self.rates(done) * (self.amount or 1.0)

    def rewards(self, rewarded: NDArray[np.int64], random: np.random.Generator) -> Numbers:
        """Of so many rewarded units in each cell: their number, the sum of their rewards, and that of the squares."""
        counts = rewarded.astype(np.float64)
        if self.amount is None:
            return np.stack([counts, counts, counts])
        each = self.amount * random.lognormal(-(_AMOUNT_SPREAD**2) / 2, _AMOUNT_SPREAD, rewarded.sum())
        cell = np.repeat(np.arange(rewarded.size), rewarded.ravel())
        sums = (np.bincount(cell, powers, rewarded.size).reshape(rewarded.shape) for powers in (each, each**2))
        return np.stack([counts, *sums])


def shares_of(segments: int) -> Numbers:
    """Eight as above; others fall by the same ratio."""
    if segments == len(SHARES):
        return np.array(SHARES)
    shares = 0.75 ** np.arange(segments) + 0.02
    return np.asarray(shares / shares.sum())


def logistic_normal(
    main: float, interaction: float, segments: int = 8, variants: int = 4, base: float = BASE_RATE
) -> Callable[[np.random.Generator], Truth]:
    """Effects are normal logits: of variants, and of variants in segments."""

    def drawn(random: np.random.Generator) -> Truth:
        level = logit(base) + _LEVELS * random.standard_normal((segments, 1))
        effects = main * random.standard_normal(variants)
        own = interaction * random.standard_normal((segments, variants))
        return Truth(shares_of(segments), level + effects + own)

    return drawn


def jumping(segments: int = 8, variants: int = 4) -> Callable[[np.random.Generator], Truth]:
    """No normal law: rates are even between 2 and 20 %, and in one cell of five the rate is half as much again."""

    def drawn(random: np.random.Generator) -> Truth:
        level = random.uniform(0.02, 0.20, (segments, 1))
        jumps = 1 + 0.5 * (random.random((segments, variants)) < 0.2)
        return Truth(shares_of(segments), logit(level * jumps))

    return drawn


def worth(draw: Callable[[np.random.Generator], Truth], amount: float) -> Callable[[np.random.Generator], Truth]:
    """The same where a reward is an amount."""
    return lambda random: replace(draw(random), amount=amount)


#: Strong, weak and no differences between segments.
STRONG: Final = logistic_normal(main=0.12, interaction=0.30)
WEAK: Final = logistic_normal(main=0.24, interaction=0.10)
NONE: Final = logistic_normal(main=0.12, interaction=0.0)
KINDS: Final[Mapping[str, Callable[[np.random.Generator], Truth]]] = {"strong": STRONG, "weak": WEAK, "none": NONE}
