"""How each column enters a model, learned from the rows that are learned from."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.inputs import Input, InputType
from tessella.domain.predictions.training.table import Column, Rows, Table, is_category, known

#: A category that fewer rows have is not told from those never seen: its weight would be noise.
LEAST_ROWS: Final = 10
MOST_CATEGORIES: Final = 50


def inputs_of(table: Table, rows: Rows) -> tuple[Input, ...]:
    """One for each column, in the order of the table. A column that is empty in `rows` has to be left out before."""
    return tuple(_input(name, _type(table, name), column[rows]) for name, column in table.columns.items())


def says_nothing(column: Column) -> str:
    """Why a model cannot learn from a column, in words; empty when it can."""
    values = column[known(column)]
    if not len(values):
        return "has no value"
    if is_category(column) and not _categories(column):
        return f"has no text that {LEAST_ROWS} rows share"
    return "has the same value in every row" if len(values) == len(column) and (values == values[0]).all() else ""


def _type(table: Table, name: FeatureName) -> InputType:
    if is_category(table.columns[name]):
        return InputType.CATEGORY
    return InputType.BOOLEAN if name in table.booleans else InputType.NUMBER


def _input(name: FeatureName, kind: InputType, column: Column) -> Input:
    if kind is InputType.CATEGORY:
        return Input(name, kind, categories=_categories(column))
    there = known(column)
    values = column[there].astype(np.float64)
    typical = values.mean() if kind is InputType.BOOLEAN else np.median(values)
    return Input(name, kind, float(typical), flags_missing=not bool(there.all()))


def _categories(column: Column) -> tuple[str, ...]:
    """The most frequent ones, sorted."""
    counts = Counter(value for value in column.tolist() if value is not None)
    frequent = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_CATEGORIES]
    return tuple(sorted(value for value in frequent if counts[value] >= LEAST_ROWS))
