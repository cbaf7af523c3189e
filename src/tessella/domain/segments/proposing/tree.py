"""A small decision tree, and the paths to its leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.segments.proposing.paths import Condition, Path, who
from tessella.domain.segments.proposing.questions import Mask, Numbers, Question

#: No rule has more conditions than this.
MAX_DEPTH: Final = 4
_FOLDS: Final = 5

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a tree learns from: a row a subject."""

    questions: Sequence[Question]
    columns: Numbers
    #: What each subject did, as a number from 0.
    codes: Codes
    #: The fewest subjects of a leaf.
    smallest: int


def leaves(lesson: Lesson) -> list[Path]:
    """The paths to the leaves of the tree; one empty path when no split helps.

    A classification tree by Gini impurity whose thresholds are rounded. Its depth, 1 to 4, is the smallest whose
    squared error over five folds is within one standard error of the best. Source: Breiman, Friedman, Olshen and Stone,
    Classification and Regression Trees (1984), sections 2.4 and 3.4.3.
    """
    tree = _fitted(lesson, _depth(lesson)).tree_
    return list(_walk(tree, lesson, 0, (), np.ones(len(lesson.codes), dtype=np.bool_)))


def _fitted(lesson: Lesson, depth: int, rows: Mask | slice = slice(None)) -> Any:
    from sklearn.tree import DecisionTreeClassifier  # takes a second to load

    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=lesson.smallest, random_state=0)
    return tree.fit(lesson.columns[rows], lesson.codes[rows])


def _depth(lesson: Lesson) -> int:
    errors = np.array([_errors(lesson, depth) for depth in range(1, MAX_DEPTH + 1)])
    means, spread = errors.mean(axis=1), errors.std(axis=1, ddof=1) / np.sqrt(errors.shape[1])
    best = int(means.argmin())
    return int(np.argmax(means <= means[best] + spread[best])) + 1


def _errors(lesson: Lesson, depth: int) -> Numbers:
    """The squared error of each subject's probabilities, by a tree that has not seen the subject."""
    folds, found = np.arange(len(lesson.codes)) % _FOLDS, np.empty(len(lesson.codes))
    for fold in range(_FOLDS):
        tree = _fitted(lesson, depth, folds != fold)
        there = folds == fold
        likely, truth = tree.predict_proba(lesson.columns[there]), lesson.codes[there]
        found[there] = ((likely - (truth[:, None] == tree.classes_)) ** 2).sum(axis=1)
    return found


def _walk(tree: Any, lesson: Lesson, node: int, path: Path, rows: Mask) -> Iterator[Path]:
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    if left == right:  # a leaf has -1 twice
        yield path
        return
    for child, condition in zip((left, right), _turns(tree, lesson, node, rows), strict=True):
        question = lesson.questions[condition.question]
        there = rows & who(condition, question, lesson.columns[:, condition.question])
        yield from _walk(tree, lesson, child, (*path, condition), there)


def _turns(tree: Any, lesson: Lesson, node: int, rows: Mask) -> tuple[Condition, Condition]:
    asked = int(tree.feature[node])
    threshold = lesson.questions[asked].rounded(float(tree.threshold[node]))
    has_absent = bool(np.isnan(lesson.columns[rows, asked]).any())
    goes_left = bool(tree.missing_go_to_left[node])
    return (
        Condition(asked, threshold, is_above=False, takes_absent=has_absent and goes_left),
        Condition(asked, threshold, is_above=True, takes_absent=has_absent and not goes_left),
    )
