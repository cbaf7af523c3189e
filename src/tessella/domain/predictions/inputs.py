"""What a model reads of a subject, and how that becomes the numbers of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.identifiers import FeatureName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The largest float32. A number beyond it, of either sign, is as good as missing: a model would read infinity.
LARGEST: Final = 3.4028234663852886e38
#: Stands for a text that is not known where None cannot. The gate lets no NUL pass, so it is no category of any model.
NO_TEXT: Final = "\0"


class InputType(StrEnum):
    """How a feature enters a model."""

    #: One column; what is missing is the median of the training.
    NUMBER = "number"
    #: One column, 1 or 0; what is missing is the share of the training.
    BOOLEAN = "boolean"
    #: A column for each category that the training knew, 1 or 0; all 0 for what is missing or was never seen.
    CATEGORY = "category"


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One feature that a model reads."""

    name: FeatureName
    type: InputType = InputType.NUMBER
    #: The median of a number, the share of true of a boolean: stands for what is missing, or is no finite float32.
    typical: float = 0.0
    #: Whether another column says 1 where the value is missing: it was missing in the training.
    flags_missing: bool = False
    #: Of a category, sorted.
    categories: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns it takes."""
        return len(self.categories) if self.type is InputType.CATEGORY else 1 + self.flags_missing


def width(inputs: Sequence[Input]) -> int:
    """The columns of a row."""
    return sum(each.width for each in inputs)


def encode_columns(columns: Mapping[FeatureName, NDArray[np.generic]], inputs: Sequence[Input]) -> NDArray[np.float32]:
    """Many subjects, a column of equal length each, as a matrix (subjects, `width(inputs)`) of finite numbers.

    Numbers are float64 with NaN for what is missing, booleans float64 with 1, 0 and NaN. Categories are texts or None,
    or integers: their place among `Input.categories`, -1 for none of them. A column that is not there is missing for
    everybody. `RowEncoder` makes the same numbers of one subject.

    >>> import numpy as np
    >>> tier = Input("tier", InputType.CATEGORY, categories=("gold", "tin"))
    >>> inputs = [Input("spend", typical=7.5, flags_missing=True), tier]
    >>> encode_columns({"spend": np.array([2.0, np.nan]), "tier": np.array([1, -1])}, inputs).tolist()
    [[2.0, 0.0, 0.0, 1.0], [7.5, 1.0, 0.0, 0.0]]
    """
    import numpy as np

    rows = len(next(iter(columns.values()), ()))
    matrix = np.zeros((rows, width(inputs)), np.float32)
    first = 0
    for each in inputs:
        if each.type is InputType.CATEGORY:
            _write_category(matrix[:, first : first + each.width], columns.get(each.name), each)
        else:
            _write_number(matrix[:, first : first + each.width], columns.get(each.name), each)
        first += each.width
    return matrix


def _write_number(block: NDArray[np.float32], column: NDArray[np.generic] | None, each: Input) -> None:
    import numpy as np

    values = np.full(len(block), np.nan) if column is None else np.asarray(column, np.float64)
    known = np.abs(values) <= LARGEST
    block[:, 0] = np.where(known, values, each.typical)
    if each.flags_missing:
        block[:, 1] = ~known


def _write_category(block: NDArray[np.float32], column: NDArray[np.generic] | None, each: Input) -> None:
    """Sets the ones; the block holds zeros."""
    import numpy as np

    if column is None:
        return
    places = np.asarray(column, np.int64) if column.dtype.kind == "i" else _places(column, each.categories)
    rows = np.flatnonzero(places >= 0)
    block[rows, places[rows]] = 1.0


def _places(column: NDArray[np.generic], categories: Sequence[str]) -> NDArray[np.int64]:
    """The place of each text, -1 for none. A lookup a row is quicker than a comparison of texts a category."""
    import numpy as np

    places = {name: place for place, name in enumerate(categories)}
    return np.fromiter((places.get(value, -1) for value in column.tolist()), np.int64, len(column))
