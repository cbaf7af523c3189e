"""How far the subjects of now are from those that a model learned from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.bins import category_shares, number_shares
from tessella.domain.predictions.card import Bins, Card
from tessella.domain.predictions.inputs import NO_TEXT, Input, InputType
from tessella.domain.predictions.monitoring.limits import Limits
from tessella.domain.predictions.monitoring.records import Drift, Shift
from tessella.domain.psi import Counted, psi, psi_by_chance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Columns = Mapping[FeatureName, NDArray[np.generic]]

#: Of fewer subjects nothing is told.
LEAST_SUBJECTS: Final = 100
_TOO_FEW: Final = "Fewer than {least} subjects were compared: that says nothing."
_NO_REFERENCE: Final = "The model has no reference: its card does not say how its inputs were distributed."


def drift_of(
    card: Card | None,
    inputs: Sequence[Input],
    columns: Columns,
    probabilities: NDArray[np.float64],
    limits: Limits,
    notes: tuple[str, ...] = (),
) -> Drift:
    """Compare an entry a subject with the reference of a card.

    `columns` are as `encode_columns` takes them; one that is not there is missing for everybody. `probabilities` has
    the shape (subjects, outputs). `notes` are told besides.
    """
    subjects = len(probabilities)
    if card is None or not card.reference:
        return Drift(subjects, notes=(*notes, _NO_REFERENCE))
    if subjects < LEAST_SUBJECTS:
        return Drift(subjects, notes=(*notes, _TOO_FEW.format(least=LEAST_SUBJECTS)))
    shifts = sorted(_of_inputs(card, inputs, columns, subjects, limits), key=_largest_first)
    if card.predicted is None or probabilities.shape[1] != 1:
        return Drift(subjects, tuple(shifts), notes=notes)
    told = probabilities[:, 0]
    shares = number_shares(_edges(card.predicted), told)
    predicted = _shift(card.predicted, card.test.rows, Counted(shares, subjects), limits)
    return Drift(subjects, tuple(shifts), predicted, float(told.mean()), notes)


def _of_inputs(card: Card, inputs: Sequence[Input], columns: Columns, subjects: int, limits: Limits) -> Iterator[Shift]:
    types = {each.name: each.type for each in inputs}
    for reference in card.reference:
        column = columns.get(reference.name)
        if types.get(reference.name) is InputType.CATEGORY:
            names = [str(each) for each in reference.edges]
            texts = _texts(column, names, subjects)
            now = Counted(category_shares(names, texts), subjects)
            yield _shift(reference, card.train.rows, now, limits, _unseen(texts, names))
        else:
            numbers = np.full(subjects, np.nan) if column is None else np.asarray(column, np.float64)
            now = Counted(number_shares(_edges(reference), numbers), subjects)
            yield _shift(reference, card.train.rows, now, limits)


def _shift(reference: Bins, rows: int, now: Counted, limits: Limits, unseen: float = 0.0) -> Shift:
    then = Counted(reference.shares, max(rows, 1))
    apart, by_chance = psi(then, now), psi_by_chance(then, now)
    missing = reference.shares[-1], now.shares[-1] - unseen
    return Shift(reference.name, apart, by_chance, limits.level(apart, by_chance), *missing, unseen)


def _texts(column: NDArray[np.generic] | None, names: Sequence[str], subjects: int) -> NDArray[np.object_]:
    """The texts of a category; a place among the names stands for one of them, and -1 for none."""
    if column is None:
        return np.full(subjects, None, object)
    return np.array([*names, None], object)[column] if column.dtype.kind == "i" else np.asarray(column, object)


def _edges(bins: Bins) -> list[float]:
    return [float(each) for each in bins.edges]


def _unseen(texts: NDArray[np.object_], names: Sequence[str]) -> float:
    known = {None, NO_TEXT, *names}
    return sum(each not in known for each in texts.tolist()) / len(texts)


def _largest_first(shift: Shift) -> tuple[float, str]:
    return -shift.psi, shift.name
