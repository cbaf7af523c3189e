"""Whether what was said has happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from tessella.domain.intervals import CONFIDENCE, wilson
from tessella.domain.predictions.bootstrap import auc_interval, log_loss_interval, mean_difference
from tessella.domain.predictions.card import Card
from tessella.domain.predictions.metrics import Numbers, Truth, expected_calibration_error, tenths
from tessella.domain.predictions.monitoring.records import OutcomeBin, Outcomes

#: Of fewer subjects nothing is told.
LEAST_SUBJECTS: Final = 100
#: Outcomes that are drawn to see what chance does.
_DRAWS: Final = 200
_TOO_FEW: Final = f"The outcomes of fewer than {LEAST_SUBJECTS} subjects are known: that says nothing."
_ONE_CLASS: Final = "The same has happened to all: nobody can say whether the model tells them apart."


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


def calibration_error_by_chance(probabilities: Numbers) -> float:
    """The expected calibration error that right probabilities stay below, with a confidence of 95 %.

    Outcomes are drawn as the probabilities say, and compared with them. Source: Broecker and Smith, "Increasing the
    reliability of reliability diagrams" (2007).

    >>> calibration_error_by_chance(np.array([0.0, 1.0, 0.0, 1.0]))
    0.0
    """
    random = np.random.default_rng(0)
    drawn = (random.random(len(probabilities)) < probabilities for _ in range(_DRAWS))
    errors = [expected_calibration_error(each, probabilities) for each in drawn]
    return float(np.quantile(errors, CONFIDENCE))


def _bins(positive: Truth, probabilities: Numbers) -> Iterator[OutcomeBin]:
    for part in tenths(probabilities):
        happened = int(np.count_nonzero(positive[part]))
        bounds = wilson(happened, len(part))
        told = float(probabilities[part].mean())
        yield OutcomeBin(len(part), told, happened / len(part), bounds.low, bounds.high)
