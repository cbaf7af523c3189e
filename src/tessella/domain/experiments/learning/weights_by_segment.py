"""From how likely each variant is the best one to the policy that is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tessella.domain.experiments.assignment.hashes import WHOLE
from tessella.domain.experiments.assignment.policy import Policy, Weights
from tessella.domain.experiments.counted import Column
from tessella.domain.experiments.learning.rows import Rows
from tessella.domain.experiments.learning.weights import floored, uniform_share, whole_numbers
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.tally import MetricSummary, PublishedPolicy
from tessella.domain.identifiers import Instant

if TYPE_CHECKING:
    from tessella.domain.experiments.learning.posteriors.posterior import Learned  # loads scipy


def first_policy(experiment: Experiment) -> PublishedPolicy:
    """Version 0, which holds until one is published: all variants alike."""
    count = len(experiment.variants)
    alike = Weights.of(whole_numbers(np.full(count, 1 / count)).tolist())
    policy = Policy(0, _holdout(0), alike, {}, alike)
    summaries = {each.name: MetricSummary.unknown(count) for each in experiment.metrics}
    return PublishedPolicy(policy, Instant(0), frozenset(), {}, (experiment.expected,) * count, summaries)


def next_policy(version: int, units: float, learned: Learned, rows: Rows, given: Column) -> Policy:
    """Weights by segment; `units` have been assigned so far, and `given` says by variant which one is given at all."""
    everywhere = _weights(learned.best_overall[0], given)
    own = {key: _weights(learned.best[row], given) for row, key in enumerate(rows.own)}
    uniform = Weights.of(whole_numbers(given / given.sum()).tolist())
    return Policy(version, _holdout(units), uniform, own | dict.fromkeys(rows.pooled, everywhere), everywhere)


def _weights(best: Column, given: Column) -> Weights:
    """A floor under every variant that is given at all."""
    likely = np.where(given, best, 0.0)
    shares = likely[given] / likely.sum() if likely.sum() else np.full(given.sum(), 1 / given.sum())
    weights = np.zeros(len(given))
    weights[given] = floored(shares)
    return Weights.of(whole_numbers(weights).tolist())


def _holdout(units: float) -> int:
    return round(WHOLE * uniform_share(int(units)))
