"""Other ways to learn who leaves, from the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Rows to learn from, and rows to be asked about."""

    #: As our predictors read them.
    rows: NDArray[np.float32]
    asked: NDArray[np.float32]
    positive: NDArray[np.bool_]
    #: As they are in the file: numbers and texts.
    raw: NDArray[np.object_]
    raw_asked: NDArray[np.object_]
    #: Which of its columns are texts.
    texts: tuple[int, ...]
    seed: int


#: Gives the probability of each row that is asked about.
Peer = Callable[[Lesson], Probabilities]

#: What the tuned boosting may choose from, in each fold, by cross-validation on the rows that it learns from.
GRID: Final = {
    "learning_rate": [0.03, 0.06],
    "max_leaf_nodes": [5, 10],
    "max_iter": [100, 200],
    "min_samples_leaf": [40],
}


def logistic(lesson: Lesson) -> Probabilities:
    """Of scikit-learn, after a scaler, with its defaults."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return _said(make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)), lesson)


def boosting(lesson: Lesson) -> Probabilities:
    """Histogram gradient boosting of scikit-learn, with its defaults."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return _said(HistGradientBoostingClassifier(random_state=lesson.seed), lesson)


def tuned_boosting(lesson: Lesson) -> Probabilities:
    """The same, tuned by a grid in each fold."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import GridSearchCV

    model = HistGradientBoostingClassifier(early_stopping=False, random_state=lesson.seed)
    return _said(GridSearchCV(model, GRID, scoring="neg_log_loss", cv=3), lesson)


def lightgbm(lesson: Lesson) -> Probabilities:
    """LightGBM with its defaults."""
    from lightgbm import LGBMClassifier

    return _said(LGBMClassifier(random_state=lesson.seed, verbose=-1), lesson)


def catboost(lesson: Lesson) -> Probabilities:
    """CatBoost with its defaults."""
    return _said(_catboost(lesson), lesson)


def catboost_texts(lesson: Lesson) -> Probabilities:
    """CatBoost with its defaults, which reads texts by itself."""
    model = _catboost(lesson).fit(lesson.raw, lesson.positive.astype(int), cat_features=list(lesson.texts))
    return np.asarray(model.predict_proba(lesson.raw_asked)[:, 1])


def _catboost(lesson: Lesson) -> Any:
    from catboost import CatBoostClassifier

    return CatBoostClassifier(random_seed=lesson.seed, verbose=False, allow_writing_files=False)


def _said(model: Any, lesson: Lesson) -> Probabilities:
    return np.asarray(model.fit(lesson.rows, lesson.positive.astype(int)).predict_proba(lesson.asked)[:, 1])


PEERS: Final[Mapping[str, Peer]] = {
    "logistic regression": logistic,
    "boosting, defaults": boosting,
    "boosting, tuned": tuned_boosting,
    "LightGBM, defaults": lightgbm,
    "CatBoost, defaults": catboost,
    "CatBoost, defaults, texts as they are": catboost_texts,
}
