"""Make a model's score a probability that means what it says."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Method(StrEnum):
    """How a score is mapped."""

    IDENTITY = "identity"
    #: 1 / (1 + exp(-(slope * logit(score) + offset))). Source: Platt 1999.
    PLATT = "platt"
    #: Linear between points that never fall. Source: Zadrozny and Elkan 2002.
    ISOTONIC = "isotonic"


class Reliability(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One mapping, fitted on validation data, chosen there by log loss."""

    method: Method = Method.IDENTITY
    slope: float = 1.0
    offset: float = 0.0
    #: Of `isotonic`: scores, rising, and the probability at each.
    scores: tuple[float, ...] = ()
    probabilities: tuple[float, ...] = ()

    def one(self, score: float) -> float:
        """One score, 0 to 1, as a probability, 0 to 1."""
        raise NotImplementedError

    def many(self, scores: NDArray[np.floating]) -> NDArray[np.float64]:
        """The same of many."""
        raise NotImplementedError
