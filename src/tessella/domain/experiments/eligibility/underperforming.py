"""Segments that do far worse than the rest: said by a posterior, for a raw ratio is too low by chance most days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scipy.special import betainc

#: How much of the others' rate is too little, and from where on it is well again.
TOO_LITTLE: Final = 0.5
_WELL_AGAIN: Final = 0.6
#: How sure one has to be to say so and to go on saying so, and how many rewards would have been expected at least.
_SURE: Final = 0.95
_LIKELY: Final = 0.5
_LEAST_EXPECTED: Final = 10.0
#: How many units of the others' rate a segment's own rate is drawn towards.
_STRENGTH: Final = 25.0


@dataclass(frozen=True, slots=True)
class SegmentRate:
    """Units of a segment and the rewarded among them, with the variants' mix taken out."""

    segment_key: str
    units: float
    rewarded: float


@dataclass(frozen=True, slots=True)
class Underperforming:
    """A segment that brings less than half of what the others do."""

    segment_key: str
    rate: float
    others: float
    #: How likely that is, 0 to 1.
    chance: float

    @property
    def told(self) -> str:
        """In sentences: one that has been alerted is told as long as it stays, however sure it is now."""
        return (
            f"{self.rate:.2%} of its units are rewarded, of the others {self.others:.2%}, all variants alike. "
            f"That this is less than half is {self.chance:.1%} sure now. The alert opens at {_SURE:.0%}, and closes "
            f"once the segment brings {_WELL_AGAIN:.0%} of what the others do, or this is no longer likely."
        )


def underperforming(rates: Sequence[SegmentRate], alerted: frozenset[str] = frozenset()) -> list[Underperforming]:
    """Those that are believed to be; one that was alerted stays while it is likely, and below 0.6 of the others'."""
    found = [_judged(each, rates) for each in rates]
    return [each for each in found if each is not None and _is_bad(each, alerted)]


def _judged(own: SegmentRate, rates: Sequence[SegmentRate]) -> Underperforming | None:
    units = sum(each.units for each in rates) - own.units
    rewarded = sum(each.rewarded for each in rates) - own.rewarded
    if units <= 0 or rewarded <= 0 or own.units * rewarded / units < _LEAST_EXPECTED:
        return None
    others = rewarded / units
    good = own.rewarded + _STRENGTH * others
    bad = own.units - own.rewarded + _STRENGTH * (1 - others)
    return Underperforming(
        own.segment_key, own.rewarded / own.units, others, float(betainc(good, bad, TOO_LITTLE * others))
    )


def _is_bad(found: Underperforming, alerted: frozenset[str]) -> bool:
    if found.segment_key in alerted:
        return found.rate < _WELL_AGAIN * found.others and found.chance >= _LIKELY
    return found.chance > _SURE
