"""How values leave the SQL that makes rows to learn from, and become a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tessella.domain.predictions.training.table import Table

#: As `Table` holds them: numbers and booleans as float64, NULL for what is missing.
_READ_AS: Final[Mapping[FeatureType, str]] = {
    FeatureType.STRING: "CAST({0} AS VARCHAR)",
    FeatureType.NUMBER: "CAST({0} AS DOUBLE)",
    FeatureType.INTEGER: "CAST({0} AS DOUBLE)",
    FeatureType.BOOLEAN: "CAST(CAST({0} AS INTEGER) AS DOUBLE)",
}


def typed(columns: Iterable[str], types: Mapping[FeatureName, FeatureType]) -> Iterator[str]:
    """Columns of normalised values, in the order of `types`, as a table holds them and `table_of` finds them.

    >>> list(typed(["c0"], {FeatureName("visits"): FeatureType.INTEGER}))
    ['CAST(c0 AS DOUBLE) AS x0']
    """
    for at, (column, kind) in enumerate(zip(columns, types.values(), strict=True)):
        yield f"{_READ_AS[kind].format(column)} AS {_numbered(at)}"


def table_of(
    rows: Mapping[str, NDArray[Any]],
    types: Mapping[FeatureName, FeatureType],
    positive: NDArray[np.bool_],
    cut: NDArray[np.int64],
) -> Table:
    """The table of what such SQL gave: `subject_id`, and the features by their numbers."""
    import numpy as np

    from tessella.domain.predictions.training.table import Table

    columns = {name: rows[_numbered(at)] for at, name in enumerate(types)}
    booleans = frozenset(name for name, kind in types.items() if kind is FeatureType.BOOLEAN)
    return Table(columns, positive, cut, rows["subject_id"].astype(np.str_), booleans)


def _numbered(number: int) -> str:
    """Ours, never a name from a definition."""
    return f"x{number}"
