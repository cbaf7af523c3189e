"""Rewards turned so that more is always better: then everything below looks for the largest."""

from __future__ import annotations

from dataclasses import replace

from tessella.domain.experiments.counted import Counted
from tessella.domain.experiments.setup.metric import Goal, Metric, Reward


def oriented(counted: Counted, metric: Metric) -> Counted:
    """As it is for a metric that is to grow. For one that is to shrink: units without the reward, or its negative."""
    if metric.goal is Goal.MAXIMISE:
        return counted
    if metric.reward is Reward.BINARY:
        spared = counted.units - counted.total
        return replace(counted, rewarded=spared, total=spared, squares=spared)
    return replace(counted, total=-counted.total)


def as_measured(value: float, metric: Metric) -> float:
    """A unit's reward, turned back."""
    if metric.goal is Goal.MAXIMISE:
        return value
    return 1 - value if metric.reward is Reward.BINARY else -value
