"""Make a model's score a probability that means what it says."""

from __future__ import annotations

from bisect import bisect_left
from enum import StrEnum
from itertools import pairwise
from math import log, tanh
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Scores are kept so far from 0 and 1 before a logit is taken: files give float32.
MARGIN: Final = 1e-7


class Method(StrEnum):
    """How a score is mapped."""

    IDENTITY = "identity"
    #: 1 / (1 + exp(-(slope * logit(score) + offset))), written with tanh, which never overflows. Source: Platt 1999.
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

    @property
    def is_mapping(self) -> bool:
        """Whether it gives a probability for every score: of `isotonic`, the points must do so."""
        if self.method is not Method.ISOTONIC:
            return True
        are_pairs = 0 < len(self.scores) == len(self.probabilities)
        rises = all(low < high for low, high in pairwise(self.scores))
        never_falls = all(low <= high for low, high in pairwise((0.0, *self.probabilities, 1.0)))
        return are_pairs and rises and never_falls

    def one(self, score: float) -> float:
        """One score, 0 to 1, as a probability, 0 to 1.

        >>> round(Reliability(Method.PLATT, slope=1.0, offset=1.0986).one(0.25), 4)
        0.5
        >>> round(Reliability(Method.ISOTONIC, scores=(0.2, 0.6), probabilities=(0.1, 0.3)).one(0.4), 4)
        0.2
        """
        match self.method:
            case Method.IDENTITY:
                return score
            case Method.PLATT:
                inner = min(max(score, MARGIN), 1 - MARGIN)
                return 0.5 + 0.5 * tanh((self.slope * log(inner / (1 - inner)) + self.offset) / 2)
            case Method.ISOTONIC:
                return self._between(score)

    def many(self, scores: NDArray[np.floating]) -> NDArray[np.float64]:
        """The same of many."""
        import numpy as np

        wide = np.asarray(scores, np.float64)
        match self.method:
            case Method.IDENTITY:
                return wide
            case Method.PLATT:
                inner = np.clip(wide, MARGIN, 1 - MARGIN)
                return 0.5 + 0.5 * np.tanh((self.slope * np.log(inner / (1 - inner)) + self.offset) / 2)
            case Method.ISOTONIC:
                return np.interp(wide, self.scores, self.probabilities)

    def _between(self, score: float) -> float:
        """Linear between the two points around a score; level beyond the first and the last."""
        place = bisect_left(self.scores, score)
        if place == 0 or place == len(self.scores):
            return self.probabilities[min(place, len(self.scores) - 1)]
        left, right = self.scores[place - 1], self.scores[place]
        low, high = self.probabilities[place - 1], self.probabilities[place]
        return low + (high - low) / (right - left) * (score - left)
