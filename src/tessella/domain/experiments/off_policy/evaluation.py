"""What another policy would have brought, from what was logged under one that drew by known propensities.

Source: Dudik, Langford and Li, "Doubly robust policy evaluation and learning" (ICML 2011, arXiv 1103.4601); Swaminathan
and Joachims, "The self-normalized estimator for counterfactual learning" (NeurIPS 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.experiments.inference.logged.logged import Numbers
from tessella.domain.experiments.inference.results.said import Bounds
from tessella.domain.intervals import CONFIDENCE, quantile

#: A mean of few units is drawn towards the mean of all by so many units of it.
_PSEUDO_UNITS: Final = 10.0
_FOLDS: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Units as they were logged: columns of shape (units,)."""

    variant: NDArray[np.int64]
    reward: Numbers
    #: How likely the variant was that the unit got: above 0.
    propensity: Numbers
    #: The segment that rewards are modelled by, as a number from 0.
    segment: NDArray[np.int64]


class Evaluated(msgspec.Struct, frozen=True):
    """A unit's mean reward, with a 95 % interval for one time: the log is complete."""

    value: float
    standard_error: float
    interval: Bounds


class OffPolicy(msgspec.Struct, frozen=True):
    """Three estimates of the same, and how far to trust them."""

    #: Inverse propensities: right on average, and wide.
    ips: Evaluated
    #: The same by the sum of weights: less wide, and off by little. None where no unit got what the policy gives.
    snips: Evaluated | None
    #: With a model of rewards: right on average whatever the model says, and narrow where it says much.
    doubly_robust: Evaluated
    #: What a unit brought as it was logged.
    logged: Evaluated
    units: int
    #: (sum w)^2 / sum w^2: how many units drawn by the policy itself would tell as much.
    effective_units: float
    largest_weight: float


def evaluate(drawn: Drawn, target: Numbers) -> OffPolicy:
    """The value of a policy that gives each variant with the probability in `target`, shape (units, variants)."""
    rows = np.arange(len(drawn.variant))
    weight = target[rows, drawn.variant] / drawn.propensity
    model = modelled(drawn, target.shape[1])
    robust = (target * model).sum(axis=1) + weight * (drawn.reward - model[rows, drawn.variant])
    return OffPolicy(
        ips=_mean(weight * drawn.reward),
        snips=_weighted_mean(drawn.reward, weight),
        doubly_robust=_mean(robust),
        logged=_mean(drawn.reward),
        units=len(rows),
        effective_units=float(weight.sum() ** 2 / (weight**2).sum()) if weight.any() else 0.0,
        largest_weight=float(weight.max()),
    )


def modelled(drawn: Drawn, variants: int) -> Numbers:
    """A unit's expected reward under each variant, shape (units, variants), from the units of the other half."""
    fold = np.arange(len(drawn.variant)) % _FOLDS
    expected = np.empty((len(fold), variants))
    for each in range(_FOLDS):
        means = _means(drawn, fold != each, variants)
        expected[fold == each] = means[drawn.segment[fold == each]]
    return expected


def _means(drawn: Drawn, rows: NDArray[np.bool_], variants: int) -> Numbers:
    """By segment and variant, drawn to the variant's own mean, which is drawn to the mean of all."""
    segments = int(drawn.segment.max()) + 1
    place = drawn.segment[rows] * variants + drawn.variant[rows]
    size = segments * variants
    total = np.bincount(place, drawn.reward[rows], size).reshape(segments, variants)
    units = np.bincount(place, minlength=size).reshape(segments, variants)
    overall = total.sum() / max(units.sum(), 1)
    own = (total.sum(axis=0) + _PSEUDO_UNITS * overall) / (units.sum(axis=0) + _PSEUDO_UNITS)
    means: Numbers = (total + _PSEUDO_UNITS * own) / (units + _PSEUDO_UNITS)
    return means


def _mean(values: Numbers) -> Evaluated:
    return _evaluated(float(values.mean()), float(values.std(ddof=1)) / sqrt(len(values)))


def _weighted_mean(values: Numbers, weight: Numbers) -> Evaluated | None:
    total = float(weight.sum())
    if not total:
        return None
    value = float((weight * values).sum()) / total
    return _evaluated(value, sqrt(float((weight**2 * (values - value) ** 2).sum())) / total)


def _evaluated(value: float, standard_error: float) -> Evaluated:
    reach = quantile(CONFIDENCE) * standard_error
    return Evaluated(value, standard_error, Bounds(value - reach, value + reach))
