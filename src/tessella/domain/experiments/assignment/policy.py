"""A policy: the weights that variants are drawn by until the next one is published."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import msgspec

from tessella.domain.experiments.assignment.hashes import WHOLE, unit_hash


class Drawn(msgspec.Struct, frozen=True):
    """What a unit got: the variant by its position, and whether it is in the uniform holdout."""

    variant: int
    in_holdout: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """Integers that sum to `WHOLE`, one for each variant in order, as running sums."""

    running: tuple[int, ...]

    @classmethod
    def of(cls, whole: Sequence[int]) -> Weights:
        """From integers that sum to `WHOLE`.

        >>> Weights.of([WHOLE // 4, 0, 3 * WHOLE // 4]).drawn(WHOLE // 4)
        2
        """
        if sum(whole) != WHOLE or min(whole) < 0:
            raise ValueError(f"weights have to be whole numbers that sum to {WHOLE}, not {sum(whole)}")
        return cls(tuple(accumulate(whole)))

    def drawn(self, number: int) -> int:
        """Which variant a number below `WHOLE` falls on."""
        return bisect_right(self.running, number)

    def share(self, variant: int) -> int:
        """A variant's weight, of `WHOLE`."""
        return self.running[variant] - (self.running[variant - 1] if variant else 0)


@dataclass(frozen=True, slots=True)
class Policy:
    """Weights by segment. It never changes once it is published."""

    version: int
    #: How many of `WHOLE` are in the holdout, where all variants that may be given are alike.
    holdout: int
    uniform: Weights
    #: Of those not in the holdout, by segment key; `otherwise` is of any other segment.
    segments: Mapping[str, Weights]
    otherwise: Weights

    def draw(self, salt: bytes, unit: str, segment_key: str) -> Drawn:
        """The variant of a unit in a segment. The same salt and unit are the same two numbers under every policy.

        `salt` is the experiment's own, 1 to 64 bytes, so that experiments are independent of one another.
        """
        numbers = unit_hash(salt, unit)
        arm = numbers >> 1 & WHOLE - 1
        if numbers >> 33 < self.holdout:
            return Drawn(self.uniform.drawn(arm), in_holdout=True)
        return Drawn(self.segments.get(segment_key, self.otherwise).drawn(arm), in_holdout=False)

    def propensities(self, segment_key: str) -> tuple[float, ...]:
        """How likely each variant was for a unit of a segment, holdout and the rest together: they sum to 1."""
        learned = self.segments.get(segment_key, self.otherwise)
        rest = WHOLE - self.holdout
        return tuple(
            (self.holdout * self.uniform.share(each) + rest * learned.share(each)) / WHOLE**2
            for each in range(len(self.uniform.running))
        )
