"""When another policy is worth publishing: their number grows like the logarithm of what is seen."""

from __future__ import annotations

from typing import Final

import msgspec

from tessella.domain.experiments.tally import Tally

#: By how much units, or rewarded ones, have to have grown, as a share of those that the policy in force has learned
#: from; and by how many at least. Each version has rows of its own in every sum: a million units make some hundred.
_GROWTH: Final = 0.10
_LEAST_UNITS: Final = 50.0
_LEAST_REWARDED: Final = 10.0


class Basis(msgspec.Struct, frozen=True):
    """What a policy has learned from."""

    units: float = 0.0
    #: Units that were rewarded by the first metric.
    rewarded: float = 0.0

    def is_due(self, before: Basis) -> bool:
        """Whether a policy would say more than one that has learned from what was known before.

        >>> Basis(49).is_due(Basis()), Basis(50).is_due(Basis()), Basis(10_900, 9).is_due(Basis(10_000))
        (False, True, False)
        """
        return _grew(self.units, before.units, _LEAST_UNITS) or _grew(self.rewarded, before.rewarded, _LEAST_REWARDED)


def basis_of(tally: Tally, metric: str) -> Basis:
    """What there is to learn from now."""
    rewarded = sum(each.rewarded for each in tally.rewards if each.metric == metric)
    return Basis(sum(each.units for each in tally.units), rewarded)


def _grew(now: float, before: float, least: float) -> bool:
    return now - before >= max(least, _GROWTH * before)
