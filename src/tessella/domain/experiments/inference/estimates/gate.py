"""When there is enough to compare two variants: before it, every figure is "not yet known".

Intervals rest on sums that are nearly normal. They are once each of the two has enough rewarded units, enough of those
that were not, and enough that were not unlikely to get it. It is asked of each two by themselves, so that a variant
that waits holds back nothing but itself.

One that is hardly ever rewarded would wait for ever. It is compared with few rewarded units too, where it would have
enough if it were half as good as the other one: its own noise is then small beside the difference. Variants that are
alike never get in that way, so that luck decides no opening. The same holds for one of which nearly all are rewarded.
It is no way for amounts: few that are rewarded may bring much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
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
#: A variant that would have enough if it were this share as good as another one is compared with that one.
MARGIN: Final = 0.5
#: The variant that others are compared with first.
_CONTROL: Final = 0

#: Two variants, by position: the lesser one first.
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opened:
    """What may be told: it is a gate at the start, and never shuts again."""

    #: The variants that have enough by themselves.
    known: frozenset[int] = frozenset()
    #: Each two that may be compared.
    pairs: frozenset[Pair] = frozenset()

    def beside(self, variant: int) -> frozenset[int]:
        """The variants that may be compared with one."""
        return frozenset(sum(pair) - variant for pair in self.pairs if variant in pair)


NOTHING: Final = Opened()


@dataclass(frozen=True, slots=True)
class Gate:
    """What may be told, and what is missing where something may not."""

    opened: Opened
    #: What those have that hold a comparison with the control back: it comes first where it is one of them.
    waiting: tuple[Waiting, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether any variant may be compared with the control."""
        return bool(self.opened.beside(_CONTROL))

    @property
    def is_complete(self) -> bool:
        """Whether every variant may be."""
        return self.is_open and not self.waiting


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

    def is_enough_beside(self, other: Waiting, reward: Reward) -> bool:
        """Whether it has, or would have if it were nearly as good as another one."""
        if reward is Reward.CONTINUOUS:
            return self.is_enough(reward)
        scale = MARGIN * (self.rewarded + self.unrewarded) / max(1.0, other.rewarded + other.unrewarded)
        rewarded, unrewarded = (
            max(self.rewarded, scale * other.rewarded),
            max(self.unrewarded, scale * other.unrewarded),
        )
        return _are_enough(rewarded, unrewarded, reward) and self.effective >= LEAST_EFFECTIVE


def gate(logged: Logged, compared: Sequence[int], reward: Reward = Reward.BINARY, before: Opened = NOTHING) -> Gate:
    """Which of the variants may be compared, the control among them; those that were before may be still."""
    has = {variant: _has(logged, variant) for variant in compared}
    known = before.known | {variant for variant, each in has.items() if each.is_enough(reward)}
    pairs = {
        (min(one, other), max(one, other))
        for one, other in combinations(has, 2)
        if (one in known or has[one].is_enough_beside(has[other], reward))
        and (other in known or has[other].is_enough_beside(has[one], reward))
    }
    opened = Opened(known, before.pairs | pairs)
    held = [variant for variant in compared if variant != _CONTROL and variant not in opened.beside(_CONTROL)]
    lacking = [has[variant] for variant in (_CONTROL, *held) if held and variant not in known]
    return Gate(opened, tuple(lacking))


def least_rewarded(reward: Reward) -> int:
    """How many units of a variant have to be rewarded."""
    return LEAST_AMOUNTS if reward is Reward.CONTINUOUS else LEAST_OF_EACH


def is_told_apart(logged: Logged, one: Numbers, other: Numbers, reward: Reward = Reward.BINARY) -> bool:
    """Whether two policies, of shape (rows, variants), may be compared.

    Where they differ, enough units have to have got the variant of either. Few that were rewarded, or were not, tell
    less of the spread than intervals count on; and those that were unlikely to get it count for much more than others.
    Of amounts, all may be rewarded. Two that never differ bring the same.
    """
    away = (one - other)[np.arange(len(logged.variant)), logged.variant]
    if not (away * logged.units).any():
        return not (one != other).any()
    sides = [logged.where(rows) for rows in (away > 0, away < 0)]
    counts = [(side, side.rewarded) for side in sides]
    if reward is Reward.BINARY:
        counts += [(side, side.units - side.rewarded) for side in sides]
    return min(_as_many_alike(side, each) for side, each in counts) >= LEAST_OF_EACH


def _as_many_alike(logged: Logged, counts: Numbers) -> float:
    """How many units would tell as much if all had been equally likely to get their variant."""
    weight = 1 / logged.chosen
    squares = float(counts @ weight**2)
    return float(counts @ weight) ** 2 / squares if squares > 0 else 0.0


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
