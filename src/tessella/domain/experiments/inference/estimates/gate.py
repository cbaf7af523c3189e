"""When there is enough to say anything: before it, every figure is "not yet known"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.experiments.inference.logged.logged import Logged, Numbers
from tessella.domain.experiments.setup.metric import Reward

#: Units that were rewarded, and units that were not, of every variant that is compared.
LEAST_OF_EACH: Final = 40
#: Of amounts, which are skewed, so many more rewarded units; all may be rewarded.
LEAST_AMOUNTS: Final = 120
#: n^2 / sum(1 / e) over all n units: how many that certainly got the variant would tell as much.
LEAST_EFFECTIVE: Final = 400


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether something may be said, and what is missing where it may not."""

    is_open: bool
    #: The variant that has the least, and what it has; None where the gate is open.
    waiting_for: Waiting | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a variant has so far."""

    variant: int
    rewarded: float
    unrewarded: float
    effective: float

    def is_enough(self, reward: Reward) -> bool:
        """Whether it has what is needed."""
        return _are_enough(self.rewarded, self.unrewarded, reward) and self.effective >= LEAST_EFFECTIVE


def gate(logged: Logged, compared: Sequence[int], reward: Reward = Reward.BINARY) -> Gate:
    """Open once every variant that is compared has enough."""
    for variant in compared:
        has = _has(logged, variant)
        if not has.is_enough(reward):
            return Gate(is_open=False, waiting_for=has)
    return Gate(is_open=True)


def least_rewarded(reward: Reward) -> int:
    """How many units of a variant have to be rewarded."""
    return LEAST_AMOUNTS if reward is Reward.CONTINUOUS else LEAST_OF_EACH


def is_told_apart(logged: Logged, one: Numbers, other: Numbers) -> bool:
    """Whether two policies, of shape (rows, variants), may be compared.

    Where they differ, enough units have to have got the variant of either. Few that were rewarded, or were not, tell
    less of the spread than intervals count on; and those that were unlikely to get it count for much more than others.
    Two that never differ bring the same.
    """
    away = (one - other)[np.arange(len(logged.variant)), logged.variant]
    if not (away * logged.units).any():
        return not (one != other).any()
    sides = [logged.where(rows) for rows in (away > 0, away < 0)]
    counts = [(side, each) for side in sides for each in (side.rewarded, side.units - side.rewarded)]
    return min(_as_many_alike(side, each) for side, each in counts) >= LEAST_OF_EACH


def _as_many_alike(logged: Logged, counts: Numbers) -> float:
    """How many units would tell as much if all had been equally likely to get their variant."""
    weight = 1 / logged.chosen
    return float((counts @ weight) ** 2 / (counts @ weight**2)) if counts.any() else 0.0


def _are_enough(rewarded: float, unrewarded: float, reward: Reward) -> bool:
    each = rewarded if reward is Reward.CONTINUOUS else min(rewarded, unrewarded)
    return each >= least_rewarded(reward)


def _has(logged: Logged, variant: int) -> Waiting:
    units, rewarded = logged.of(variant, logged.units), logged.of(variant, logged.rewarded)
    return Waiting(variant, rewarded, units - rewarded, effective_units(logged, variant))


def effective_units(logged: Logged, variant: int) -> float:
    """n^2 / sum(1 / e) over the n units that might have got the variant."""
    might = logged.propensities[:, variant] > 0
    everybody = logged.units[might]
    inverse = float((everybody / logged.propensities[might, variant]).sum())
    return float(everybody.sum()) ** 2 / inverse if inverse else 0.0
