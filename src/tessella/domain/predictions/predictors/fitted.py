"""A fitted scikit-learn classifier, as predictors give it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class FittedClassifier:
    """Satisfies `Fitted`."""

    #: An estimator or pipeline with `predict_proba`, whose classes are False and True.
    estimator: Any

    def scores(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """What it says of True: shape (rows,)."""
        import numpy as np

        return np.asarray(self.estimator.predict_proba(rows)[:, 1], np.float64)
