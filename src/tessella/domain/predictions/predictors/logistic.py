"""Logistic regression: the baseline, which any other predictor has to beat before it is published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.predictions.predictors.fitted import FittedClassifier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Logistic:
    """A weighted sum of the inputs, each in its own standard deviations, with a ridge penalty.

    log(p / (1 - p)) = b + w . z, fitted by maximum likelihood less |w|^2 / (2 c). Source: Cox 1958.
    """

    summary: ClassVar[str] = "logistic regression, the baseline"

    #: The inverse of the penalty's strength, above 0.
    c: float = 1.0

    @classmethod
    def default(cls) -> Self:
        """What scikit-learn takes, too."""
        return cls()

    def fit(
        self, rows: NDArray[np.float32], positive: NDArray[np.bool_], weights: NDArray[np.float64], seed: int
    ) -> FittedClassifier:
        """Fit in float64: in float32 the optimiser stops early."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        model = make_pipeline(StandardScaler(), LogisticRegression(C=self.c, max_iter=1000, random_state=seed))
        return FittedClassifier(model.fit(rows.astype("float64"), positive, logisticregression__sample_weight=weights))
