"""What was known of a unit before it was drawn: how likely each variant was, and what was expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from tessella.domain.experiments.assignment.policy import Policy, Weights
from tessella.domain.experiments.inference.logged import Numbers
from tessella.domain.experiments.learning.weights import WHOLE
from tessella.domain.experiments.setup.metric import Metric, Reward
from tessella.domain.experiments.tally import MetricSummary, PublishedPolicy

#: No chance of a reward is taken to be nearer to 0 or 1: its variance would be none.
_LEAST_CHANCE = 1e-4


class Side(Enum):
    """Which units are read: each side has propensities of its own."""

    BOTH = "both"
    HOLDOUT = "holdout"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True, eq=False)
class Foreknown:
    """Of some segments under one policy: each array has the shape (segments, variants)."""

    propensities: Numbers
    #: A unit's expected reward in its segment, and over all segments.
    means: Numbers
    overall: Numbers
    #: Of a unit's reward, up to a factor that all policies have in common.
    variances: Numbers


def foreknown_primary(published: PublishedPolicy, metric: Metric, keys: Sequence[str], side: Side) -> Foreknown:
    """By the metric that an experiment learns by: expected rewards are known by segment."""
    means = np.array([published.means.get(key, published.otherwise_means) for key in keys])
    overall = np.broadcast_to(published.otherwise_means, means.shape)
    chances = np.clip(means, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    by_summary = np.broadcast_to(_relative(_summary(published, metric)), means.shape)
    variances = chances * (1 - chances) if metric.reward is Reward.BINARY else by_summary
    return Foreknown(propensities(published.policy, keys, side), means, overall, variances)


def foreknown_further(published: PublishedPolicy, metric: Metric, keys: Sequence[str], side: Side) -> Foreknown:
    """By another metric: of it only what it is over all segments."""
    chances = propensities(published.policy, keys, side)
    summary = _summary(published, metric)
    means = np.broadcast_to(summary.means, chances.shape)
    return Foreknown(chances, means, means, np.broadcast_to(_relative(summary), chances.shape))


def propensities(policy: Policy, keys: Sequence[str], side: Side) -> Numbers:
    """How likely each variant was for a unit of each segment, by the side of the holdout that it was on."""
    learned = _shares([policy.segments.get(key, policy.otherwise) for key in keys])
    uniform = _shares([policy.uniform] * len(keys))
    holdout = {Side.BOTH: policy.holdout / WHOLE, Side.HOLDOUT: 1.0, Side.LEARNED: 0.0}[side]
    return holdout * uniform + (1 - holdout) * learned


def _shares(weights: Sequence[Weights]) -> Numbers:
    return np.diff(np.array([each.running for each in weights]), axis=1, prepend=0) / WHOLE


def _summary(published: PublishedPolicy, metric: Metric) -> MetricSummary:
    count = len(published.otherwise_means)
    return published.metrics.get(metric.name, MetricSummary(0.0, (0.0,) * count, (1.0,) * count))


def _relative(summary: MetricSummary) -> Numbers:
    variances = np.array(summary.variances)
    return variances / variances.mean() if variances.all() else np.ones_like(variances)
