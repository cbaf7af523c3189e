"""What is believed before anything is seen: segments differ in level, and variants in effect, by a little in each.

The value of variant k in segment s is mean + level + alpha_s + beta_k + gamma_sk. Effects are pooled, not rates: where
segments differ in their level alone, pooled rates shrink little.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

#: Variances of the common level, and of a segment's level, on the logit scale.
_COMMON: Final = 1.0
_LEVEL: Final = 0.25
#: Spreads of the variants' effects, and of how these differ between segments, that are tried.
MAIN_SPREADS: Final = (0.15, 0.3, 0.6)
INTERACTION_SPREADS: Final = (0.1, 0.2, 0.35, 0.6)
#: How large each is expected to be: half normal.
_MAIN_SCALE: Final = 0.2
_INTERACTION_SCALE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the effects of variants lie apart, and how far those of one variant do between segments: logits."""

    main: float
    interaction: float

    @property
    def log_prior(self) -> float:
        """The logarithm of how likely it is before anything is seen, but for a constant.

        >>> Spread(main=0.2, interaction=0.3).log_prior
        -1.0
        """
        return -0.5 * ((self.interaction / _INTERACTION_SCALE) ** 2 + (self.main / _MAIN_SCALE) ** 2)

    def covariance(self, segments: int, variants: int) -> Matrix:
        """Of all values, segment by segment: shape (segments * variants, segments * variants)."""
        levels, of_variant, own = _parts(segments, variants)
        return levels + self.main**2 * of_variant + self.interaction**2 * own


def spreads(interactions: tuple[float, ...] = INTERACTION_SPREADS) -> Iterator[Spread]:
    """Those that are tried."""
    for interaction in interactions:
        for main in MAIN_SPREADS:
            yield Spread(main, interaction)


@lru_cache(maxsize=8)
def _parts(segments: int, variants: int) -> tuple[Matrix, Matrix, Matrix]:
    """What values have in common by their segments, by their variants, and each with itself."""
    of_segment = np.asarray(np.kron(np.eye(segments), np.ones((variants, variants))), dtype=np.float64)
    of_variant = np.asarray(np.kron(np.ones((segments, segments)), np.eye(variants)), dtype=np.float64)
    return _COMMON + _LEVEL * of_segment, of_variant, np.eye(segments * variants)
