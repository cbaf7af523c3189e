"""One subject as the numbers that a model takes: quick, as all that is the same for everybody is prepared."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Final

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.inputs import LARGEST, Input, InputType, width

_NUMBER: Final = (float, int)
#: The place of a column that there is none of.
_NONE: Final = -1


class RowEncoder:
    """Makes rows of `width(inputs)` numbers, each a finite float32: the same as `encode_columns` makes of many.

    Safe to use from several threads.

    >>> tier = Input("tier", InputType.CATEGORY, categories=("gold", "tin"))
    >>> encoder = RowEncoder([Input("spend", typical=7.5, flags_missing=True), tier])
    >>> encoder.row({"tier": "gold"}).tolist()
    [7.5, 1.0, 1.0, 0.0]
    """

    __slots__ = ("_categories", "_numbers", "_of_nothing")

    def __init__(self, inputs: Sequence[Input]) -> None:
        #: The row of one of whom nothing is known.
        self._of_nothing = array("f", bytes(4 * width(inputs)))
        self._numbers: list[tuple[FeatureName, int, int]] = []
        self._categories: list[tuple[FeatureName, Mapping[Value | None, int]]] = []
        first = 0
        for each in inputs:
            if each.type is InputType.CATEGORY:
                self._categories.append((each.name, {name: first + at for at, name in enumerate(each.categories)}))
            else:
                self._add_number(each, first)
            first += each.width

    def row(self, values: Mapping[FeatureName, Value]) -> array[float]:
        """The row of one subject."""
        row, known = self._of_nothing[:], values.get
        for name, column, flag in self._numbers:
            value = known(name)
            if isinstance(value, _NUMBER) and -LARGEST <= value <= LARGEST:
                row[column] = value
                if flag != _NONE:
                    row[flag] = 0.0
        for name, columns in self._categories:
            place = columns.get(known(name))
            if place is not None:
                row[place] = 1.0
        return row

    def _add_number(self, each: Input, column: int) -> None:
        self._of_nothing[column] = each.typical
        flag = column + 1 if each.flags_missing else _NONE
        if each.flags_missing:
            self._of_nothing[flag] = 1.0
        self._numbers.append((each.name, column, flag))
