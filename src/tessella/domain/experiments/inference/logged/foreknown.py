"""What was known of a unit before it was drawn: how likely each variant was, and what was expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.assignment.hashes import WHOLE
from tessella.domain.experiments.assignment.policy import Weights
from tessella.domain.experiments.counted import Column
from tessella.domain.experiments.inference.logged.logged import Numbers
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Metric, Reward
from tessella.domain.experiments.tally import MetricSummary, PublishedPolicy

#: No chance of a reward is taken to be nearer to 0 or 1: its variance would be none.
_LEAST_CHANCE: Final = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Foreknown:
    """A row for each row of what was logged: each array has the shape (rows, variants)."""

    #: How likely each variant was in the holdout, and outside it; and the holdout itself, shape (rows, 1).
    uniform: Numbers
    learned: Numbers
    holdout: Numbers
    #: A unit's expected reward in its segment, and over all segments.
    means: Numbers
    overall: Numbers
    #: Of a unit's reward, up to a factor that all rows have in common.
    variances: Numbers

    @property
    def propensities(self) -> Numbers:
        """How likely each variant was, whatever the side."""
        return self.holdout * self.uniform + (1 - self.holdout) * self.learned

    def where(self, rows: NDArray[np.bool_]) -> Self:
        """Some of the rows."""
        return replace(self, **{each.name: getattr(self, each.name)[rows] for each in fields(self)})


def foreknown_of(
    experiment: Experiment,
    metric: Metric,
    policies: Sequence[PublishedPolicy],
    version: Column,
    segment: Column,
) -> Foreknown:
    """Of units by the version and segment that they were drawn by; versions are sorted.

    Of the metric that an experiment learns by, expected rewards are known by segment; of others, over all.
    """
    if not len(version):
        nothing = np.zeros((0, len(experiment.variants)))
        return Foreknown(nothing, nothing, nothing[:, :1], nothing, nothing, nothing)
    by_version = {each.policy.version: each for each in policies}
    expected = _by_segment if metric == experiment.primary else _over_all
    versions, starts = np.unique(version, return_index=True)
    parts = [
        _drawn(by_version[each], keys.tolist()) + expected(by_version[each], metric, keys.tolist())
        for each, keys in zip(versions.tolist(), np.split(segment, starts[1:]), strict=True)
    ]
    return Foreknown(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _drawn(published: PublishedPolicy, keys: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    policy = published.policy
    learned = _shares([policy.segments.get(key, policy.otherwise) for key in keys])
    uniform = np.broadcast_to(_shares([policy.uniform]), learned.shape)
    return uniform, learned, np.full((len(keys), 1), policy.holdout / WHOLE)


def _by_segment(published: PublishedPolicy, metric: Metric, keys: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    means = np.array([published.means.get(key, published.otherwise_means) for key in keys])
    overall = np.broadcast_to(published.otherwise_means, means.shape)
    if metric.reward is Reward.CONTINUOUS:
        return means, overall, np.broadcast_to(_relative(_summary(published, metric)), means.shape)
    chances = np.clip(means, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    return means, overall, chances * (1 - chances)


def _over_all(published: PublishedPolicy, metric: Metric, keys: Sequence[str]) -> tuple[Numbers, Numbers, Numbers]:
    summary = _summary(published, metric)
    shape = (len(keys), len(summary.means))
    means = np.broadcast_to(summary.means, shape)
    return means, means, np.broadcast_to(_relative(summary), shape)


def _summary(published: PublishedPolicy, metric: Metric) -> MetricSummary:
    """Nothing is known of a metric that was added later."""
    return published.metrics.get(metric.name, MetricSummary.unknown(len(published.otherwise_means)))


def _relative(summary: MetricSummary) -> Numbers:
    variances = np.array(summary.variances)
    return variances / variances.mean() if variances.all() else np.ones_like(variances)


def _shares(weights: Sequence[Weights]) -> Numbers:
    return np.diff(np.array([each.running for each in weights]), axis=1, prepend=0) / WHOLE
