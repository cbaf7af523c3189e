"""Whether what was said has happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.intervals import CONFIDENCE, wilson
from tessella.domain.predictions.bootstrap import auc_interval, log_loss_interval, mean_difference
from tessella.domain.predictions.card import Card, Interval
from tessella.domain.predictions.metrics import BINS, Numbers, Truth, expected_calibration_error
from tessella.domain.predictions.monitoring.limits import Limits

#: Of fewer subjects nothing is told.
LEAST_SUBJECTS: Final = 100
#: Outcomes that are drawn to see what chance does.
_DRAWS: Final = 200
_TOO_FEW: Final = f"The outcomes of fewer than {LEAST_SUBJECTS} subjects are known: that says nothing."
_ONE_CLASS: Final = "The same has happened to all: nobody can say whether the model tells them apart."


class OutcomeBin(msgspec.Struct, frozen=True):
    """A tenth of the subjects, by their probability."""

    subjects: int
    #: The mean of their probabilities.
    told: float
    #: The share of them to whom it has happened, and its interval of 95 %.
    happened: float
    low: float
    high: float


class Outcomes(msgspec.Struct, frozen=True):
    """What was said of subjects, against what has happened since."""

    subjects: int
    #: To how many it has happened.
    positives: int
    #: The mean of the probabilities; None, as all that follows, of too few subjects.
    mean_told: float | None = None
    #: The share to whom it has happened less the mean of the probabilities: above 0, too little was said.
    difference: Interval | None = None
    #: How far probabilities lie from what happened, on average over ten bins of equal counts.
    calibration_error: float | None = None
    #: What right probabilities stay below on so many subjects, with a confidence of 95 %.
    by_chance: float | None = None
    #: `calibration_error` less that of the card; None where there is no card.
    against_card: float | None = None
    log_loss: Interval | None = None
    #: None where only one thing has happened.
    auc: Interval | None = None
    #: That of the card's test.
    auc_of_card: float | None = None
    #: The lowest probabilities first.
    bins: tuple[OutcomeBin, ...] = ()
    #: What to know before these figures are used, in sentences.
    notes: tuple[str, ...] = ()

    def is_unreliable(self, limits: Limits) -> bool:
        """Whether probabilities lie farther from what happened than on the card, and than chance explains."""
        if self.calibration_error is None or self.by_chance is None:
            return False
        more = self.calibration_error if self.against_card is None else self.against_card
        return more > limits.calibration_error and self.calibration_error > self.by_chance

    def is_worse(self, limits: Limits) -> bool:
        """Whether the model orders subjects worse than its card says, by more than is usual and than chance."""
        if self.auc is None or self.auc_of_card is None:
            return False
        return self.auc.high < self.auc_of_card - limits.auc_loss


def outcomes_of(positive: Truth, probabilities: Numbers, card: Card | None) -> Outcomes:
    """Judge probabilities that were said before anything had happened; an entry a subject."""
    subjects, positives = len(positive), int(np.count_nonzero(positive))
    if subjects < LEAST_SUBJECTS:
        return Outcomes(subjects, positives, notes=(_TOO_FEW,))
    has_both = 0 < positives < subjects
    error = expected_calibration_error(positive, probabilities)
    return Outcomes(
        subjects=subjects,
        positives=positives,
        mean_told=float(probabilities.mean()),
        difference=mean_difference(positive, probabilities),
        calibration_error=error,
        by_chance=calibration_error_by_chance(probabilities),
        against_card=None if card is None else error - card.quality.expected_calibration_error,
        log_loss=log_loss_interval(positive, probabilities),
        auc=auc_interval(positive, probabilities) if has_both else None,
        auc_of_card=None if card is None else card.quality.auc.value,
        bins=tuple(_bins(positive, probabilities)),
        notes=() if has_both else (_ONE_CLASS,),
    )


def calibration_error_by_chance(probabilities: Numbers, confidence: float = CONFIDENCE) -> float:
    """The expected calibration error that right probabilities stay below, with this confidence.

    Outcomes are drawn as the probabilities say, and compared with them. Source: Broecker and Smith, "Increasing the
    reliability of reliability diagrams" (2007).

    >>> calibration_error_by_chance(np.array([0.0, 1.0, 0.0, 1.0]))
    0.0
    """
    random = np.random.default_rng(0)
    drawn = (random.random(len(probabilities)) < probabilities for _ in range(_DRAWS))
    errors = [expected_calibration_error(each, probabilities) for each in drawn]
    return float(np.quantile(errors, confidence))


def _bins(positive: Truth, probabilities: Numbers) -> Iterator[OutcomeBin]:
    for part in _parts(probabilities):
        happened = int(np.count_nonzero(positive[part]))
        bounds = wilson(happened, len(part))
        told = float(probabilities[part].mean())
        yield OutcomeBin(len(part), told, happened / len(part), bounds.low, bounds.high)


def _parts(probabilities: Numbers) -> list[NDArray[np.int64]]:
    return np.array_split(np.argsort(probabilities, kind="stable"), BINS)
