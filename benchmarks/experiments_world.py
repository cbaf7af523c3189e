"""A simulated experiment: units come in batches, variants are drawn by what was learned, rewards come later.

Everything but the drawing of units is what a refresh does: `learned_policy`, and the rows that inference reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final, TypeVar

import numpy as np

from benchmarks.experiments_truths import Numbers, Truth
from tessella.domain.experiments.inference.logged.foreknown import Foreknown, foreknown_of
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.inference.logged.rows import LoggedRows
from tessella.domain.experiments.learning.cells import Cells
from tessella.domain.experiments.learning.learned import learned_policy
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.segmentation.key import EVERYBODY
from tessella.domain.experiments.setup.experiment import Experiment, Variant
from tessella.domain.experiments.setup.metric import Goal, Metric, Reward
from tessella.domain.experiments.setup.segmentation import Mode, Segmentation
from tessella.domain.experiments.setup.stopping import Stopping
from tessella.domain.experiments.tally import PublishedPolicy, RewardCell, Tally, UnitCell
from tessella.domain.identifiers import ExperimentId, Instant, VariantId

_Part = TypeVar("_Part", Logged, Foreknown)

_HOUR_US: Final = 3_600_000_000
_BUCKETS: Final = 32
#: The mean delay of a reward, as a share of the window.
_MEAN_DELAY: Final = 0.25


@dataclass(frozen=True, slots=True)
class Plan:
    """How an experiment is run."""

    units: int = 50_000
    #: Units between two refreshes: so many, or a share of those there are if that is more.
    batch: int = 1_000
    growth: float = 0.05
    #: Whether policies are learned for each segment, or for everybody.
    is_segmented: bool = True
    #: Within how many batches a reward may come: one, or a multiple of the delays' resolution.
    window: int = 1
    posterior: str = "hierarchical"
    expected: float = 0.05

    def batches(self) -> list[int]:
        """The sizes of all batches."""
        sizes: list[int] = []
        while sum(sizes) < self.units:
            sizes.append(min(max(self.batch, round(self.growth * sum(sizes))), self.units - sum(sizes)))
        return sizes


@dataclass(slots=True)
class Batch:
    """Units drawn by one policy at one time: arrays of shape (sides, segments, variants), the holdout first."""

    at: Instant
    version: int
    counts: Numbers
    #: By how many batches later they come, then by what they are: shape (window, 3, sides, segments, variants).
    rewards: Numbers
    #: What a unit of a segment would bring on average under each variant.
    values: Numbers


@dataclass(slots=True)
class World:
    """An experiment as it goes on."""

    truth: Truth
    plan: Plan
    random: np.random.Generator
    name: str = "simulated"
    batches: list[Batch] = field(default_factory=list)
    policies: list[PublishedPolicy] = field(default_factory=list)
    lost: float = 0.0

    @property
    def names(self) -> list[str]:
        """The truth's segments."""
        return [f"segment:{number:02}" for number in range(len(self.truth.shares))]

    @property
    def keys(self) -> list[str]:
        """The segment that each of the truth's segments is drawn in."""
        return self.names if self.plan.is_segmented else [EVERYBODY] * len(self.names)

    @property
    def experiment(self) -> Experiment:
        """As it would be declared."""
        reward = Reward.BINARY if self.truth.amount is None else Reward.CONTINUOUS
        return Experiment(
            experiment_id=ExperimentId(self.name),
            name=self.name,
            variants=tuple(Variant(VariantId(f"v{each}"), f"v{each}") for each in range(self.truth.logits.shape[1])),
            metrics=(Metric("reward", reward, Goal.MAXIMISE),),
            attribution_hours=float(self.plan.window),
            segmentation=Segmentation(mode=Mode.MANUAL, segment_by=("segment",)),
            posterior=self.plan.posterior,
            expected=self.plan.expected * (self.truth.amount or 1.0),
            stopping=Stopping(planned_units=self.plan.units),
        )

    def run(self) -> Iterator[int]:
        """Go on to the end; yields how many units there are after each refresh."""
        self.policies.append(first_policy(self.experiment))
        sizes = self.plan.batches()
        for number, size in enumerate(sizes):
            done = sum(sizes[:number]) / self.plan.units
            self._draw(size, done, Instant(_HOUR_US * (number + 1)))
            now = self.batches[-1].at
            self.policies.append(learned_policy(self.experiment, self.tally(), self.policies[-1:], now).published)
            yield sum(sizes[: number + 1])

    def _draw(self, size: int, done: float, at: Instant) -> None:
        newest = self.policies[-1]
        known = _known(self.experiment, newest, self.keys)
        of_segment = self.random.multinomial(size, self.truth.shares)
        inside = self.random.binomial(of_segment, known.holdout[:, 0])
        counts = np.stack(
            [
                self.random.multinomial(inside, known.uniform),
                self.random.multinomial(of_segment - inside, known.learned),
            ]
        )
        rates, values = self.truth.rates(done), self.truth.values(done)
        rewarded = self.random.binomial(counts, rates)
        later = self.random.multinomial(rewarded, delays(self.plan.window))
        rewards = np.stack([self.truth.rewards(later[..., each], self.random) for each in range(self.plan.window)])
        self.batches.append(Batch(at, newest.policy.version, counts.astype(np.float64), rewards, values))
        self.lost += float((counts * (values.max(axis=1, keepdims=True) - values)).sum())

    def arrived(self, batch: Batch) -> Numbers:
        """Rewards of a batch that have come by now."""
        age = round((self.batches[-1].at - batch.at) / _HOUR_US)
        return np.asarray(batch.rewards[:age].sum(axis=0))

    def cells(self) -> Cells:
        """What has come of all batches whose window is over, by the truth's segments."""
        old = self.mature()
        counts = sum((each.counts.sum(axis=0) for each in old), np.zeros_like(self.truth.logits))
        rewards = sum((each.rewards.sum(axis=(0, 2)) for each in old), np.zeros((3, *self.truth.logits.shape)))
        return Cells(counts, rewards[1], rewards[2])

    def mature(self) -> list[Batch]:
        """Batches whose window is over."""
        return [each for each in self.batches if self.batches[-1].at - each.at > self.plan.window * _HOUR_US]

    def tally(self) -> Tally:
        """What the database would have counted. Old batches are one cohort."""
        units: list[UnitCell] = []
        rewards: list[RewardCell] = []
        old = self.mature()
        young = self.batches[len(old) :]
        if old:
            merged = sum(each.rewards.sum(axis=(0, 2)) for each in old)
            self._count(units, rewards, Instant(0), sum(each.counts.sum(axis=0) for each in old), merged)
        for each in young:
            self._count(units, rewards, each.at, each.counts.sum(axis=0), self.arrived(each).sum(axis=1))
        return Tally(units, rewards, {"reward": self._delays().tolist()})

    def _count(
        self, units: list[UnitCell], rewards: list[RewardCell], cohort: Instant, counts: Numbers, amounts: Numbers
    ) -> None:
        for segment, variant in zip(*np.nonzero(counts), strict=True):
            key = self.keys[segment]
            place = ("segment", key, key, 0, False, int(variant), cohort)
            units.append(UnitCell(*place, float(counts[segment, variant])))
            if amounts[0, segment, variant]:
                rewards.append(RewardCell(*place, "reward", *amounts[:, segment, variant].tolist()))

    def _delays(self) -> Numbers:
        """Rewards that have come, by their delay."""
        by_batch = np.zeros(self.plan.window)
        for each in self.batches:
            age = round((self.batches[-1].at - each.at) / _HOUR_US)
            by_batch[:age] += each.rewards[:age, 0].sum(axis=(1, 2, 3))
        return np.repeat(by_batch * self.plan.window / _BUCKETS, _BUCKETS // self.plan.window)


@dataclass(slots=True)
class Log:
    """The rows of a world's mature units, with what is true of them."""

    world: World
    rows: LoggedRows | None = None
    #: What a unit of each row would bring on average under each variant, shape (rows, variants).
    values: Numbers | None = None
    _batches: int = 0

    def read(self) -> LoggedRows:
        """The rows, with those of batches that have become mature since."""
        fresh = self.world.mature()[self._batches :]
        self._batches += len(fresh)
        for each in fresh:
            self._add(each)
        if self.rows is None:
            raise ValueError("no batch is mature yet")
        return self.rows

    def _add(self, batch: Batch) -> None:
        rows = self._rows_of(batch)
        values = np.tile(np.repeat(batch.values, batch.values.shape[1], axis=0), (2, 1))
        self.values = values if self.values is None else np.concatenate([self.values, values])
        self.rows = rows if self.rows is None else _joined(self.rows, rows)

    def _rows_of(self, batch: Batch) -> LoggedRows:
        sides, segments, variants = batch.counts.shape
        known = _known(self.world.experiment, self.world.policies[batch.version], self.world.keys)
        place = np.tile(np.repeat(np.arange(segments), variants), sides)
        foreknown = Foreknown(*(getattr(known, each.name)[place] for each in fields(Foreknown)))
        sums = batch.rewards.sum(axis=0).reshape(3, -1)
        logged = Logged(
            np.tile(np.arange(variants), sides * segments), batch.counts.ravel(), sums[0], sums[1], sums[2],
            foreknown.propensities, foreknown.means,
        )  # fmt: skip
        names = np.array(self.world.names, dtype=object)[place]
        in_holdout = np.repeat([True, False], segments * variants)
        return LoggedRows(logged, names, names, in_holdout, np.ones(len(place), dtype=bool), foreknown)


def delays(window: int) -> Numbers:
    """How likely a reward comes within each part of the window: exponential, and cut off at its end."""
    ends = np.arange(window + 1) / window / _MEAN_DELAY
    chances = np.diff(-np.exp(-ends))
    return np.asarray(chances / chances.sum())


def _known(experiment: Experiment, published: PublishedPolicy, keys: Sequence[str]) -> Foreknown:
    version = np.full(len(keys), published.policy.version)
    return foreknown_of(experiment, experiment.primary, [published], version, np.array(keys, dtype=object))


def _joined(first: LoggedRows, then: LoggedRows) -> LoggedRows:
    return LoggedRows(
        _together(first.logged, then.logged), np.concatenate([first.level, then.level]),
        np.concatenate([first.segment, then.segment]), np.concatenate([first.in_holdout, then.in_holdout]),
        np.concatenate([first.is_mature, then.is_mature]), _together(first.foreknown, then.foreknown),
    )  # fmt: skip


def _together(first: _Part, then: _Part) -> _Part:
    columns = {each.name: (getattr(first, each.name), getattr(then, each.name)) for each in fields(first)}
    return replace(first, **{name: np.concatenate(both) for name, both in columns.items()})
