"""What is read of players, and what is written of them: columns of Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from tessella.domain.errors import MissingColumn
from tessella.domain.errors.definitions import WrongShape
from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import nearest
from tessella.domain.taxonomy.membership.placed import Numbers, Placed
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.taxonomy import Standard
from tessella.warehouse.duckdb.worker import quoted

PLAYER: Final = "player_id"
#: From how many days a player's means are.
DAYS: Final = "days"
#: Joins what is told to the rows that it is told of.
PLACE: Final = "file_row_number"
_NUMBERS: Final = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"}
    | {"FLOAT", "DOUBLE", "DECIMAL"}
)


def check_columns(database: duckdb.DuckDBPyConnection, files: Iterable[Path], standard: Standard) -> None:
    """Raise `MissingColumn` or `WrongShape` unless each has an id, a number of days, and a number for each metric."""
    for file in files:
        described = database.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(file))})").fetchall()
        types = {str(name): str(kind) for name, kind, *_ in described}
        for name in (PLAYER, DAYS, *standard.metrics):
            if name not in types:
                raise MissingColumn(name, name, nearest(name, types), ", ".join(types))
            if name != PLAYER and types[name].partition("(")[0] not in _NUMBERS:
                raise WrongShape("", f'The column "{name}" of {file} is {types[name]}.', "It has to be a number.")


def read_columns(standard: Standard) -> str:
    """Means less their locations in 32 bits, `m0` and so on, NULL for what does not fit; and days."""
    centered = (
        f"{quoted(name)} - {location!r}::DOUBLE"
        for name, location in zip(standard.metrics, standard.location.tolist(), strict=True)
    )
    metrics = (f"TRY_CAST({each} AS FLOAT) AS m{at}" for at, each in enumerate(centered))
    return ", ".join((*metrics, f"TRY_CAST({quoted(DAYS)} AS FLOAT) AS days"))


def plain(column: NDArray[Any]) -> NDArray[Any]:
    """A column as DuckDB gives it, NaN for NULL."""
    return column.filled(np.nan) if isinstance(column, np.ma.MaskedArray) else column


def written_columns(space: Space) -> str:
    """The SQL of what is told, over the rows as `p` and the columns of `told` as `t`."""
    return ", ".join((f"p.{quoted(PLAYER)}", *_of_axes(space)))


def told(space: Space, placed: Placed, places: NDArray[Any]) -> Mapping[str, NDArray[Any]]:
    """What is told of each row, by name."""
    columns: dict[str, NDArray[Any]] = {"place": places}
    for at in range(len(space.axes)):
        columns |= {f"best{at}": placed.best[at]} | {f"{name}{at}": each[at] for name, each in _numbers(placed).items()}
    return columns


def _of_axes(space: Space) -> Iterator[str]:
    for at, axis in enumerate(space.axes):
        ids = ", ".join(str(each.segment_id) for each in axis.segments)
        names = ", ".join(literal(each.name) for each in axis.segments)
        yield f"[{ids}][t.best{at} + 1] AS {quoted(f'{axis.axis_name}_segment_id')}"
        yield f"[{names}][t.best{at} + 1] AS {quoted(f'{axis.axis_name}_segment_name')}"
        for name in ("distance", "strength", "share", "typicality", "confidence"):
            yield f"t.{name}{at} AS {quoted(f'{axis.axis_name}_{name}')}"


def _numbers(placed: Placed) -> Mapping[str, Numbers]:
    return {
        "distance": placed.distance,
        "strength": placed.strength,
        "share": placed.share,
        "typicality": placed.typicality,
        "confidence": placed.confidence,
    }
