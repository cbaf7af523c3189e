"""The rates of segments with the variants' mix taken out: what they would be if all variants were given alike."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tessella.domain.experiments.eligibility.evidence import Question, propensities
from tessella.domain.experiments.eligibility.levels import Levels
from tessella.domain.experiments.eligibility.underperforming import SegmentRate
from tessella.domain.experiments.inference.estimates.confidence_sequence import Estimate, estimate
from tessella.domain.experiments.inference.estimates.scores import value_of
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.learning.cells import Grid


def adjusted_rates(levels: Levels, asked: Question) -> Iterator[SegmentRate]:
    """For each level, the share of units that are rewarded under equal weights, and how many units tell as much.

    The share is doubly robust. A share p that is known to a standard error s tells as much as p (1 - p) / s^2 units.
    """
    weights = propensities(levels, asked)
    overall = float(levels.counted.rewarded.sum() / max(levels.units, 1.0))
    for level, name in enumerate(levels.names):
        here = levels.counted.level == level
        told = levels.counted.where(here)
        means = np.full((int(here.sum()), levels.variants), overall)
        logged = Logged(
            told.variant, told.units, told.rewarded, told.rewarded, told.rewarded, weights[here], means
        )  # fmt: skip
        yield _rate(name, estimate(logged, value_of(logged, _uniform(weights[here]))))


def _uniform(weights: Grid) -> Grid:
    """Equal weights for the variants that could be given."""
    may = (weights > 0).astype(np.float64)
    shares: Grid = may / may.sum(axis=1, keepdims=True)
    return shares


def _rate(name: str, found: Estimate) -> SegmentRate:
    share = min(max(found.value, 0.0), 1.0)
    error = found.standard_error
    units = share * (1 - share) / error**2 if 0 < error < np.inf and 0 < share < 1 else found.weight
    return SegmentRate(name, units, units * share)
