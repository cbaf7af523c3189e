"""Fit what makes scores probabilities, and choose how, on rows that the scores had not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.predictions.metrics import Numbers, Truth, log_loss
from tessella.domain.predictions.reliability import MARGIN, Method, Reliability
from tessella.domain.predictions.training.split import stratified

#: Scores and what happened become a mapping.
Fit = Callable[[Numbers, Truth], Reliability]
_FOLDS: Final = 5


def fit_reliability(scores: Numbers, positive: Truth, seed: int = 0) -> tuple[Reliability, Numbers]:
    """The mapping with the lowest log loss, and the probability of each row from a mapping that had not seen it.

    Each way is fitted to four fifths and judged on the last, in turn: judged on what it was fitted to, the isotonic
    way, which bends most, would always win. The chosen way is then fitted to all rows. Of equal ones the simplest is
    chosen.
    """
    part = stratified(positive, _FOLDS, seed)
    crossed = {method: _crossed(fit, scores, positive, part) for method, fit in FITS.items()}
    best = min(crossed, key=lambda method: log_loss(positive, crossed[method]))
    return FITS[best](scores, positive), crossed[best]


def _crossed(fit: Fit, scores: Numbers, positive: Truth, part: NDArray[np.int64]) -> Numbers:
    probabilities = np.empty(len(scores))
    for each in range(_FOLDS):
        held_out = part == each
        probabilities[held_out] = fit(scores[~held_out], positive[~held_out]).many(scores[held_out])
    return probabilities


def identity(scores: Numbers, positive: Truth) -> Reliability:
    """The scores as they are."""
    return Reliability()


def platt(scores: Numbers, positive: Truth) -> Reliability:
    """A line through the logits, by maximum likelihood. Source: Platt 1999."""
    from sklearn.linear_model import LogisticRegression

    inner = np.clip(scores, MARGIN, 1 - MARGIN)
    logits = np.log(inner / (1 - inner))[:, np.newaxis]
    fitted = LogisticRegression(C=1e4).fit(logits, positive)
    return Reliability(Method.PLATT, float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))


def isotonic(scores: Numbers, positive: Truth) -> Reliability:
    """Steps that never fall, joined by lines. Source: Zadrozny and Elkan 2002.

    Nothing is said to be certain that only so many rows show: the ends stay half a row away from 0 and 1.
    """
    from sklearn.isotonic import IsotonicRegression

    margin = 0.5 / len(scores)
    fitted = IsotonicRegression(y_min=margin, y_max=1 - margin).fit(scores, positive)
    points = fitted.X_thresholds_, fitted.y_thresholds_
    return Reliability(Method.ISOTONIC, scores=tuple(points[0].tolist()), probabilities=tuple(points[1].tolist()))


#: The simplest first.
FITS: Final[Mapping[Method, Fit]] = {
    Method.IDENTITY: identity,
    Method.PLATT: platt,
    Method.ISOTONIC: isotonic,
}
