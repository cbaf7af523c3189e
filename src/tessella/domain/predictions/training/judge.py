"""How good probabilities were on rows that nothing was learned from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tessella.domain.predictions.bootstrap import auc_interval, log_loss_difference, log_loss_interval
from tessella.domain.predictions.card import LEAST_ROWS, Candidate, Quality, SegmentQuality
from tessella.domain.predictions.metrics import (
    Numbers,
    Truth,
    auc,
    brier,
    expected_calibration_error,
    lift,
    log_loss,
)
from tessella.domain.predictions.predictors import BASELINE
from tessella.domain.predictions.training.try_out import Task, Tried


def quality(positive: Truth, probabilities: Numbers) -> Quality:
    """All figures of some probabilities."""
    return Quality(
        auc_interval(positive, probabilities),
        log_loss_interval(positive, probabilities),
        brier(positive, probabilities),
        expected_calibration_error(positive, probabilities),
        lift(positive, probabilities),
    )


def candidates(tried: Sequence[Tried], task: Task) -> Iterator[Candidate]:
    """Every predictor that was tried, beside the baseline."""
    baseline = next(each for each in tried if each.name == BASELINE)
    yield Candidate(baseline.name, quality(task.test, baseline.test), None, None)
    for each in tried:
        if each is not baseline:
            on_test = log_loss_difference(task.test, each.test, baseline.test)
            on_validation = log_loss_difference(task.held_out, each.held_out, baseline.held_out)
            yield Candidate(each.name, quality(task.test, each.test), on_test, on_validation)


def segment_qualities(
    positive: Truth, probabilities: Numbers, members: Mapping[str, NDArray[np.bool_]]
) -> Iterator[SegmentQuality]:
    """The figures among the members of each segment; None where they are fewer than 50, or all of one class."""
    for segment_id, inside in members.items():
        truth, said = positive[inside], probabilities[inside]
        happened = int(np.count_nonzero(truth))
        if len(truth) < LEAST_ROWS or happened in (0, len(truth)):
            yield SegmentQuality(segment_id, len(truth), happened, None, None, None)
        else:
            error = expected_calibration_error(truth, said)
            yield SegmentQuality(segment_id, len(truth), happened, auc(truth, said), log_loss(truth, said), error)
