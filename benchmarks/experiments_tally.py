"""What the database would have counted of a simulated experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.experiments_truths import Numbers
from tessella.domain.experiments.inference.logged.foreknown import Foreknown
from tessella.domain.experiments.learning.cells import Cells
from tessella.domain.experiments.tally import MERGED, RewardCell, Tally, UnitCell
from tessella.domain.identifiers import Instant

#: Batches are drawn an hour apart.
HOUR_US: Final = 3_600_000_000
_BUCKETS: Final = 32


@dataclass(slots=True)
class Batch:
    """Units drawn by one policy at one time: arrays of shape (sides, segments, variants), the holdout first."""

    at: Instant
    version: int
    #: What was known before they were drawn: a row for each segment.
    known: Foreknown
    counts: Numbers
    #: By how many batches later they come, then by what they are: shape (window, 3, sides, segments, variants).
    rewards: Numbers
    #: What a unit of a segment would bring on average under each variant.
    values: Numbers

    def age(self, now: Instant) -> int:
        """How many batches later it is."""
        return round((now - self.at) / HOUR_US)


@dataclass(slots=True)
class Counting:
    """Sums over the batches of an experiment. Those whose window is over are one cohort."""

    #: The segment that each of the truth's segments is drawn in.
    keys: Sequence[str]
    variants: int
    window: int
    batches: list[Batch] = field(default_factory=list)
    _merged: int = 0
    _units: Numbers = field(init=False)
    _rewards: Numbers = field(init=False)
    _delays: Numbers = field(init=False)

    def __post_init__(self) -> None:
        self._units = np.zeros((len(self.keys), self.variants))
        self._rewards = np.zeros((3, *self._units.shape))
        self._delays = np.zeros(self.window)

    @property
    def now(self) -> Instant:
        """When the newest batch was drawn."""
        return self.batches[-1].at

    def mature(self) -> list[Batch]:
        """Batches whose window is over."""
        return [each for each in self.batches if each.age(self.now) > self.window]

    def cells(self) -> Cells:
        """What has come of those, by the truth's segments."""
        self._merge()
        return Cells(self._units.copy(), self._rewards[1].copy(), self._rewards[2].copy())

    def tally(self) -> Tally:
        """All that has come by now."""
        self._merge()
        units: list[UnitCell] = []
        rewards: list[RewardCell] = []
        self._count(units, rewards, MERGED, self._units, self._rewards)
        delays = self._delays.copy()
        for each in self.batches[self._merged :]:
            arrived = each.rewards[: each.age(self.now)]
            self._count(units, rewards, each.at, each.counts.sum(axis=0), arrived.sum(axis=(0, 2)))
            delays[: len(arrived)] += arrived[:, 0].sum(axis=(1, 2, 3))
        parts = np.repeat(delays * self.window / _BUCKETS, _BUCKETS // self.window)
        return Tally(units, rewards, {"reward": parts.tolist()})

    def _merge(self) -> None:
        for each in self.mature()[self._merged :]:
            self._units += each.counts.sum(axis=0)
            self._rewards += each.rewards.sum(axis=(0, 2))
            self._delays += each.rewards[:, 0].sum(axis=(1, 2, 3))
            self._merged += 1

    def _count(
        self, units: list[UnitCell], rewards: list[RewardCell], cohort: Instant, counts: Numbers, amounts: Numbers
    ) -> None:
        for segment, variant in np.argwhere(counts).tolist():
            key = self.keys[segment]
            place = ("segment", key, key, 0, False, variant, cohort)
            units.append(UnitCell(*place, float(counts[segment, variant])))
            if amounts[0, segment, variant]:
                rewards.append(RewardCell(*place, "reward", *amounts[:, segment, variant].tolist()))
