"""When another policy is worth publishing: their number grows like the logarithm of what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.experiments.tally import PublishedPolicy, Tally

#: By how much units, or rewarded units, have to have grown, as a share of those that the policy in force has learned
#: from; and by how many at least.
_GROWTH: Final = 0.05
_LEAST_UNITS: Final = 50.0
_LEAST_REWARDED: Final = 10.0


def is_due(next_one: PublishedPolicy, policies: Sequence[PublishedPolicy], tally: Tally, metric: str) -> bool:
    """Whether a policy says more than the newest one of `policies`, or disables others.

    Units count as new that were assigned under the newest one; rewards, by the first metric, since it was published.
    """
    newest = max(policies, key=lambda each: each.policy.version, default=None)
    if newest is not None and newest.disabled != next_one.disabled:
        return True
    version = 0 if newest is None else newest.policy.version
    units = sum(each.units for each in tally.units)
    known = sum(each.units for each in tally.units if each.policy_version < version)
    rewarded = 0.0 if newest is None else newest.metrics[metric].rewarded
    return _grew(units, known, _LEAST_UNITS) or _grew(next_one.metrics[metric].rewarded, rewarded, _LEAST_REWARDED)


def _grew(now: float, before: float, least: float) -> bool:
    return now - before >= max(least, _GROWTH * before)
