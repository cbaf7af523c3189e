"""A simulated experiment: units come in batches, variants are drawn by what was learned, rewards come later.

Everything but the drawing of units is what a refresh does: `learned_policy`, and the rows that inference reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from benchmarks.experiments_plan import Plan
from benchmarks.experiments_tally import HOUR_US, Batch, Counting
from benchmarks.experiments_truths import Numbers, Truth
from tessella.domain.experiments.inference.logged.foreknown import Foreknown, foreknown_of
from tessella.domain.experiments.learning.learned import LearnedPolicy, learned_policy
from tessella.domain.experiments.learning.weights import FLOOR
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.segmentation.key import EVERYBODY
from tessella.domain.experiments.setup.experiment import Experiment, Variant
from tessella.domain.experiments.setup.metric import Goal, Metric, Reward
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.setup.stopping import Stopping
from tessella.domain.experiments.tally import PublishedPolicy
from tessella.domain.identifiers import ExperimentId, Instant, VariantId

#: The mean delay of a reward, as a share of the window.
_MEAN_DELAY: Final = 0.25


@dataclass(frozen=True, slots=True)
class Lost:
    """How much less units were to bring than with the best variant of their segments."""

    total: float = 0.0
    #: Of it, what units of the holdout lost, and what the others did by the floor under every weight.
    in_holdout: float = 0.0
    by_floor: float = 0.0


@dataclass
class World:
    """An experiment as it goes on."""

    truth: Truth
    plan: Plan
    random: np.random.Generator
    name: str = "simulated"
    policies: list[PublishedPolicy] = field(default_factory=list)
    #: By position: the variants that are surely worse than the control now.
    harmful: set[int] = field(default_factory=set)
    #: By the number of units.
    lost: dict[int, Lost] = field(default_factory=dict)

    @cached_property
    def names(self) -> list[str]:
        """The truth's segments."""
        return [f"segment:{number:02}" for number in range(len(self.truth.shares))]

    @cached_property
    def counting(self) -> Counting:
        """What has come of it."""
        keys = self.names if self.plan.is_segmented else [EVERYBODY] * len(self.names)
        return Counting(keys, self.truth.logits.shape[1], self.plan.window)

    @cached_property
    def experiment(self) -> Experiment:
        """As it would be declared."""
        reward = Reward.BINARY if self.truth.amount is None else Reward.CONTINUOUS
        return Experiment(
            experiment_id=ExperimentId(self.name),
            name=self.name,
            variants=tuple(Variant(VariantId(f"v{each}"), f"v{each}") for each in range(self.truth.logits.shape[1])),
            metrics=(Metric("reward", reward, Goal.MAXIMISE),),
            attribution_hours=float(self.plan.window),
            segmentation=Segmentation(mode=SegmentationMode.MANUAL, segment_by=("segment",)),
            posterior=self.plan.posterior,
            expected=self.plan.expected * (self.truth.amount or 1.0),
            stopping=Stopping(planned_units=self.plan.units),
        )

    def run(self) -> Iterator[int]:
        """Go on to the end; yields how many units there are before each refresh, and at the end."""
        self.policies.append(first_policy(self.experiment))
        units = 0
        for number, size in enumerate(self.plan.batches()):
            if number:
                self._learn()
            self._draw(size, units, Instant(HOUR_US * (number + 1)))
            units += size
            yield units

    @property
    def disabled(self) -> frozenset[VariantId]:
        """The variants that nobody gets any more."""
        return self.policies[-1].disabled

    def _learn(self) -> None:
        """As a refresh does: a variant that does harm, and leads no segment, gets nobody."""
        learned = self._learned(self.disabled)
        harmful = {number for number in self.harmful if not learned.leads(number)}
        disabled = self.disabled | {self.experiment.variants[number].variant_id for number in harmful}
        found = learned if disabled == self.disabled else self._learned(disabled)
        self.policies.append(found.published)

    def _learned(self, disabled: frozenset[VariantId]) -> LearnedPolicy:
        tally, now = self.counting.tally(), self.counting.now
        return learned_policy(self.experiment, tally, self.policies[-1:], now, disabled)

    def _draw(self, size: int, units: int, at: Instant) -> None:
        newest = self.policies[-1]
        known = _known(self.experiment, newest, self.counting.keys)
        of_segment = self.random.multinomial(size, self.truth.shares)
        inside = self.random.binomial(of_segment, known.holdout[:, 0])
        outside = of_segment - inside
        drawn = [self.random.multinomial(inside, known.uniform), self.random.multinomial(outside, known.learned)]
        counts = np.stack(drawn)
        done = units / self.plan.units
        rates, values = self.truth.rates(done), self.truth.values(done)
        rewarded = self.random.binomial(counts, rates)
        later = self.random.multinomial(rewarded, delays(self.plan.window))
        rewards = np.stack([self.truth.rewards(later[..., each], self.random) for each in range(self.plan.window)])
        version = newest.policy.version
        self.counting.batches.append(Batch(at, version, known, counts.astype(np.float64), rewards, values))
        away = values.max(axis=1, keepdims=True) - values
        floor = FLOOR * float(outside @ (away * (known.learned > 0)).sum(axis=1))
        self._lose(units, units + size, (counts * away).sum(axis=(1, 2)), floor)

    def _lose(self, before: int, after: int, by_side: Numbers, floor: float) -> None:
        lost = self.lost.get(before, Lost())
        inside, outside = by_side.tolist()
        self.lost[after] = Lost(lost.total + inside + outside, lost.in_holdout + inside, lost.by_floor + floor)


def delays(window: int) -> Numbers:
    """How likely a reward comes within each part of the window: exponential, and cut off at its end."""
    ends = np.arange(window + 1) / window / _MEAN_DELAY
    chances = np.diff(-np.exp(-ends))
    return np.asarray(chances / chances.sum())


def _known(experiment: Experiment, published: PublishedPolicy, keys: Sequence[str]) -> Foreknown:
    version = np.full(len(keys), published.policy.version)
    return foreknown_of(experiment, experiment.primary, [published], version, np.array(keys, dtype=object))
