"""What is counted of an experiment: sums that everything is learned from, whatever the number of units.

Structs: a refresh reads some ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import msgspec

from tessella.domain.experiments.assignment.policy import Policy
from tessella.domain.experiments.setup.experiment import Variant
from tessella.domain.identifiers import Instant, VariantId

#: The cohort of units that are all mature: they are summed up in one.
MERGED: Instant = Instant(0)


class UnitCell(msgspec.Struct, frozen=True):
    """Units that were assigned alike. Forced ones are not among them."""

    #: What `level` is a value of: `segment` (the segment's key), `source` or `device`.
    dimension: str
    level: str
    segment_key: str
    policy_version: int
    in_holdout: bool
    #: Its position among the variants of the experiment.
    variant: int
    #: When the first of them may have been assigned; `MERGED` where all are mature.
    cohort: Instant
    units: float


class RewardCell(msgspec.Struct, frozen=True):
    """The rewards of such units by one metric. A unit's rewards are summed before they are counted here."""

    dimension: str
    level: str
    segment_key: str
    policy_version: int
    in_holdout: bool
    variant: int
    cohort: Instant
    metric: str
    #: Units that were rewarded at all; the sum of their rewards, and of the squares.
    rewarded: float
    total: float
    squares: float


class Tally(msgspec.Struct, frozen=True):
    """All of one experiment by one dimension."""

    units: Sequence[UnitCell]
    rewards: Sequence[RewardCell]
    #: By metric: how many rewards came in each of equal parts of the attribution window, counted from the assignment.
    delays: Mapping[str, Sequence[float]]


class MetricSummary(msgspec.Struct, frozen=True):
    """One metric over all segments, as it was when a policy was published."""

    #: Units that were rewarded.
    rewarded: float
    #: A unit's mean reward under each variant, and the variance of its reward; all variances are 1 where few are known.
    means: tuple[float, ...]
    variances: tuple[float, ...]

    @classmethod
    def unknown(cls, variants: int) -> Self:
        """Of a metric by which nobody was rewarded yet."""
        return cls(0.0, (0.0,) * variants, (1.0,) * variants)


class PublishedPolicy(msgspec.Struct, frozen=True):
    """A policy with what was believed when it was published."""

    policy: Policy
    published_at: Instant
    #: Variants that nobody gets any more.
    disabled: frozenset[VariantId]
    #: By segment key: a unit's expected reward of the first metric under each variant, from rewards that had come by
    #: `published_at`. Inference scores the units of this version against them: they were known before its first unit.
    means: Mapping[str, tuple[float, ...]]
    #: The same of a segment that was not known then.
    otherwise_means: tuple[float, ...]
    #: Of every metric, from the same rewards.
    metrics: Mapping[str, MetricSummary] = {}

    def given(self, variants: Sequence[Variant]) -> tuple[int, ...]:
        """Those of an experiment's variants that anybody gets, by position."""
        return tuple(number for number, each in enumerate(variants) if each.variant_id not in self.disabled)


def newest(policies: Iterable[PublishedPolicy]) -> PublishedPolicy:
    """The policy in force, of all that were published."""
    return max(policies, key=lambda each: each.policy.version)
