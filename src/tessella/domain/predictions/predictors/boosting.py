"""Gradient boosting over histograms: many shallow trees, each of which mends what those before it got wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.predictions.predictors.fitted import FittedClassifier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Boosting:
    """Shallow trees learned slowly: some thousands of rows, as loyalty data have them, do not carry deep ones.

    Source: Friedman 2001; Ke et al. 2017, in the implementation of scikit-learn.
    """

    summary: ClassVar[str] = "histogram gradient boosting, shallow trees"

    #: How much of each tree counts, 0 to 1.
    learning_rate: float = 0.05
    #: The trees, 1 or more.
    trees: int = 150
    #: How many questions a tree asks in a row, 1 or more.
    depth: int = 3
    #: No leaf holds fewer rows.
    leaf_rows: int = 20
    #: The penalty on a leaf's square, 0 or more.
    l2: float = 1.0
    #: The share of columns that a split may choose from, drawn for each, above 0, up to 1: trees that are less alike
    #: say more together.
    columns: float = 0.3
    #: The most values that a column is told apart by, 2 to 255.
    bins: int = 64

    @classmethod
    def default(cls) -> Self:
        """Trees of three questions, at a rate of 0.05."""
        return cls()

    def fit(
        self, rows: NDArray[np.float32], positive: NDArray[np.bool_], weights: NDArray[np.float64], seed: int
    ) -> FittedClassifier:
        """Fit all trees; nothing is held out to stop early, so that every row is learned from."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        model = HistGradientBoostingClassifier(
            learning_rate=self.learning_rate,
            max_iter=self.trees,
            max_depth=self.depth,
            min_samples_leaf=self.leaf_rows,
            l2_regularization=self.l2,
            max_features=self.columns,
            max_bins=self.bins,
            early_stopping=False,
            random_state=seed,
        )
        return FittedClassifier(model.fit(rows, positive, sample_weight=_unequal(weights)))


def _unequal(weights: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """None where all rows weigh 1: with weights, even equal ones, finding the bins takes longer than all trees."""
    return None if (weights == 1).all() else weights
