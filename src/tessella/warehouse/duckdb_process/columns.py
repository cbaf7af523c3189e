"""The columns of a result as files between a worker and its owner: arrays as numpy writes them, texts as JSON.

numpy is loaded with this module, which is therefore imported on first use only. Nothing is pickled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.warehouse.duckdb_process.wire import Row

_TEXTS: Final = "texts"
_ARRAY: Final = "array"
_DECODER: Final = msgspec.json.Decoder(list[str | None])


def write(columns: Mapping[str, NDArray[Any]], folder: Path) -> list[Row]:
    """Write each column, on the worker's side; a row for each in order: its name, and what the file holds."""
    return [(name, _write_one(values, folder / str(at))) for at, (name, values) in enumerate(columns.items())]


def read(written: Sequence[Row], folder: Path) -> dict[str, NDArray[Any]]:
    """The columns that were written, on the owner's side."""
    return {name: _read_one(held, folder / str(at)) for at, (name, held) in enumerate(written)}


def _write_one(values: NDArray[Any], path: Path) -> str:
    if values.dtype == object:
        path.write_bytes(msgspec.json.encode(_with_none(values)))
        return _TEXTS
    with path.open("wb") as file:
        np.save(file, _without_mask(values), allow_pickle=False)
    return _ARRAY


def _read_one(held: str, path: Path) -> NDArray[Any]:
    if held == _TEXTS:
        return np.array(_DECODER.decode(path.read_bytes()), dtype=object)
    array: NDArray[Any] = np.load(path, allow_pickle=False)
    return array


def _with_none(texts: NDArray[Any]) -> list[str | None]:
    """DuckDB masks what is NULL."""
    held = np.ma.getdata(texts).copy()
    held[np.ma.getmaskarray(texts)] = None
    found: list[str | None] = held.tolist()
    return found


def _without_mask(values: NDArray[Any]) -> NDArray[Any]:
    """NaN stands for what is NULL, so that integers and booleans with a NULL become numbers."""
    if not np.ma.is_masked(values):
        return np.ma.getdata(values)
    return np.ma.filled(np.ma.asarray(values).astype(np.float64), np.nan)
