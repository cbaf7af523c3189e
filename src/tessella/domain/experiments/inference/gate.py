"""When there is enough to say anything: before it, every figure is "not yet known"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.experiments.inference.logged import Logged

#: Units that were rewarded, and units that were not, of every variant that is compared.
LEAST_OF_EACH: Final = 40
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

    def is_enough(self) -> bool:
        """Whether it has what is needed."""
        return min(self.rewarded, self.unrewarded) >= LEAST_OF_EACH and self.effective >= LEAST_EFFECTIVE


def gate(logged: Logged, compared: Sequence[int]) -> Gate:
    """Open once every variant that is compared has enough."""
    for variant in compared:
        has = _has(logged, variant)
        if not has.is_enough():
            return Gate(is_open=False, waiting_for=has)
    return Gate(is_open=True)


def _has(logged: Logged, variant: int) -> Waiting:
    units, rewarded = logged.of(variant, logged.units), logged.of(variant, logged.rewarded)
    inverse = float((logged.units / logged.propensities[:, variant]).sum())
    effective = float(logged.units.sum()) ** 2 / inverse if inverse else 0.0
    return Waiting(variant, rewarded, units - rewarded, effective)
