"""What every predictor has."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol, Self

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Predictor(Protocol):
    """A way to predict whether a row is positive: a frozen dataclass of its settings."""

    #: In a few words, for people.
    summary: ClassVar[str]

    @classmethod
    def default(cls) -> Self:
        """The settings that it is trained with."""
        ...

    def fit(
        self, rows: NDArray[np.float32], positive: NDArray[np.bool_], weights: NDArray[np.float64], seed: int
    ) -> Fitted:
        """Fit to encoded rows. The same arguments give the same fit."""
        ...


class Fitted(Protocol):
    """A predictor that has seen data. `models/` knows how to write `estimator`."""

    @property
    def estimator(self) -> object:
        """A scikit-learn estimator or pipeline over the encoded matrix, with `predict_proba`."""
        ...

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The score of each row, 0 to 1: shape (rows,)."""
        ...
