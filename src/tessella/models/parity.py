"""Whether a file says what was trained: on a thousand rows, to within a ten thousandth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from tessella.domain.errors import ParityLost
from tessella.domain.predictions.predictors.predictor import Fitted
from tessella.models.formats.runner import Runner

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS: Final = 1_000
LIMIT: Final = 1e-4


def check_parity(form: str, fitted: Fitted, runner: Runner, rows: NDArray[np.float32]) -> float:
    """The greatest difference of a score on the first thousand rows. Raises `ParityLost` when it is over the limit.

    A score that is no number differs from every other.
    """
    compared = np.ascontiguousarray(rows[:ROWS], np.float32)
    apart = np.abs(runner.run(compared)[:, 0] - fitted.scores(compared))
    difference = float(np.nan_to_num(apart, nan=np.inf).max(initial=0.0))
    if difference > LIMIT:
        raise ParityLost(form, difference, LIMIT)
    return difference
