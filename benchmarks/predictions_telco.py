"""Telco churn: the shipped pipeline beside others that learn the same rows, in repeated stratified cross-validation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, Goal
from benchmarks.predictions_peers import PEERS, Lesson
from tessella.domain.predictions.inputs import encode_columns
from tessella.domain.predictions.metrics import auc, expected_calibration_error, log_loss
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.training.learn_inputs import inputs_of
from tessella.domain.predictions.training.split import by_chance, stratified
from tessella.domain.predictions.training.table import Rows, Table, is_category
from tessella.domain.predictions.training.train import Trained, train
from tessella.domain.predictions.training.write_card import About

FILE: Final = Path(__file__).parent / "data" / "telco" / "Telco-Customer-Churn.csv"
REPEATS: Final = 2
FOLDS: Final = 5
OURS: Final = "tessella"
_NUMBERS: Final = ("tenure", "MonthlyCharges", "TotalCharges", "SeniorCitizen")
_NOT_READ: Final = ("customerID", "Churn")
_ABOUT: Final = About(Target.CHURN, "left within the last month")

#: What each says of every row of a repeat, by fits that had not seen it: shape (repeats, rows).
Said = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """Everybody's probabilities in all repeats."""

    positive: NDArray[np.bool_]
    #: The fold of each row, shape (repeats, rows).
    folds: Rows
    said: Said
    #: How often our pipeline published each predictor.
    published: Mapping[str, int]

    def auc(self, name: str) -> float:
        """The mean over all folds of all repeats."""
        return float(np.mean([auc(self.positive[rows], said[rows]) for said, rows in self._folds(name)]))

    def log_loss(self, name: str) -> float:
        """Likewise."""
        return float(np.mean([log_loss(self.positive[rows], said[rows]) for said, rows in self._folds(name)]))

    def calibration_error(self, name: str) -> float:
        """The mean over repeats, each over all rows: a single fold has too few for ten bins."""
        return float(np.mean([expected_calibration_error(self.positive, said) for said in self.said[name]]))

    def _folds(self, name: str) -> Iterator[tuple[NDArray[np.float64], NDArray[np.bool_]]]:
        for said, folds in zip(self.said[name], self.folds, strict=True):
            for fold in range(FOLDS):
                yield said, folds == fold


def figures() -> Iterator[Figure]:
    """AUC, log loss and calibration, ours beside each peer's."""
    rounds = _rounds(telco())
    yield from _beside("AUC", {name: rounds.auc(name) for name in rounds.said}, 1)
    yield from _beside("log loss", {name: rounds.log_loss(name) for name in rounds.said}, -1)
    ours = rounds.calibration_error(OURS)
    yield Figure("Telco: expected calibration error", ours, "", goal=Goal("value", "<=", 0.02))
    for name, times in rounds.published.items():
        yield Figure(f"Telco: folds in which {name} is published, of {REPEATS * FOLDS}", times, "")


def _beside(measure: str, found: Mapping[str, float], sign: int) -> Iterator[Figure]:
    """Ours beside each peer's, and how much better the best of them is; `sign` is 1 where more is better, else -1."""
    for peer in PEERS:
        yield Figure(f"Telco: {measure}", found[OURS], measure, peer, found[peer])
    best = max(PEERS, key=lambda name: sign * found[name])
    behind = sign * (found[best] - found[OURS])
    yield Figure(f"Telco: {measure}, behind the best peer, {best}", behind, measure, goal=Goal("value", "<=", 0.001))


def telco() -> Table:
    """Numbers are float64, all other columns texts."""
    numbers = ", ".join(f"CAST({name} AS DOUBLE) AS {name}" for name in _NUMBERS)
    query = f"SELECT * REPLACE ({numbers}) FROM read_csv('{FILE}', all_varchar = true, nullstr = ' ')"
    read = duckdb.sql(query).fetchnumpy()
    columns = {name: np.ma.filled(read[name], np.nan) for name in _NUMBERS}
    texts = {name: column.astype(object) for name, column in read.items() if name not in (*_NUMBERS, *_NOT_READ)}
    rows = len(read["Churn"])
    no_time = np.zeros(rows, np.int64)
    return Table({**columns, **texts}, read["Churn"] == "Yes", no_time, read["customerID"].astype(np.str_))


def _rounds(table: Table) -> Rounds:
    shape = (REPEATS, len(table))
    folds = np.array([stratified(table.positive, FOLDS, repeat) for repeat in range(REPEATS)])
    said = {name: np.empty(shape) for name in (OURS, *PEERS)}
    published: Counter[str] = Counter()
    for repeat in range(REPEATS):
        for fold in range(FOLDS):
            test = folds[repeat] == fold
            trained = train(table, by_chance(table, test, repeat), _ABOUT, seed=repeat)
            published[trained.predictor] += 1
            said[OURS][repeat, test] = _said(trained, table, test)
            lesson = _lesson(table, test, repeat)
            for name, peer in PEERS.items():
                said[name][repeat, test] = peer(lesson)
    return Rounds(table.positive, folds, said, published)


def _said(trained: Trained, table: Table, test: NDArray[np.bool_]) -> NDArray[np.float64]:
    rows = encode_columns(table.columns, trained.inputs)[test]
    return trained.reliability.many(trained.fitted.scores(rows))


def _lesson(table: Table, test: NDArray[np.bool_], seed: int) -> Lesson:
    """All but the test are learned from. Encoded as ours are."""
    rest = np.flatnonzero(~test)
    rows = encode_columns(table.columns, inputs_of(table, rest))
    raw = np.column_stack([column.astype(object) for column in table.columns.values()])
    texts = tuple(place for place, column in enumerate(table.columns.values()) if is_category(column))
    return Lesson(rows[rest], rows[test], table.positive[rest], raw[rest], raw[test], texts, seed)
