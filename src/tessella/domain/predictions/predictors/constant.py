"""What says the same of everybody."""

from __future__ import annotations

from tessella.domain.predictions.predictors.fitted import FittedClassifier


def constant(columns: int) -> FittedClassifier:
    """A logistic regression over so many columns whose weights are all 0: it says one half of every row."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    return FittedClassifier(LogisticRegression().fit(np.zeros((2, columns)), [False, True]))
