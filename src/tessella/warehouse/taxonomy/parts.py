"""One chunk of players: read, placed, and written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import numpy as np

from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.membership.placed import Placed
from tessella.domain.taxonomy.membership.placer import Placer
from tessella.domain.taxonomy.membership.space import Space
from tessella.ports.categorizing import Categorized
from tessella.warehouse.taxonomy.chunks import Chunk
from tessella.warehouse.taxonomy.columns import PLACE, PLAYER, plain, read_columns, told, written_columns

#: The table of those who are left out.
_LEFT_OUT: Final = "left_out"
_WITHOUT: Final = f" ANTI JOIN {_LEFT_OUT} AS gone ON gone.{PLAYER} = p.{PLAYER}"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The players of a chunk, in the order of its rows."""

    chunk: Chunk
    placed: Placed


class PartPlacer:
    """Places chunks, several at once if need be."""

    def __init__(self, database: duckdb.DuckDBPyConnection, space: Space, left_out: Sequence[SubjectId] = ()) -> None:
        self._leaves_out = bool(left_out)
        if left_out:
            database.execute(f"CREATE TABLE {_LEFT_OUT} AS SELECT unnest($1::VARCHAR[]) AS {PLAYER}", [[*left_out]])
        self._database = database
        self._space = space
        self._placer = Placer.of_centered(space)
        self._read = read_columns(space.standard)

    def placed(self, chunk: Chunk) -> Part:
        """Where the players of a chunk stand."""
        with self._database.cursor() as cursor:
            return self._placed(cursor, chunk)

    def written(self, chunk: Chunk, path: Path) -> Categorized:
        """Write where they stand as a file of Parquet."""
        with self._database.cursor() as cursor:
            part = self._placed(cursor, chunk)
            cursor.register("told", told(self._space, part.placed, np.arange(chunk.first, chunk.last + 1)))
            rows = chunk.sql(f"{PLACE}, CAST({PLAYER} AS VARCHAR) AS {PLAYER}")
            sql = (
                f"SELECT {written_columns(self._space)} FROM ({rows}) AS p JOIN told AS t ON p.{PLACE} = t.place"
                f"{_WITHOUT if self._leaves_out else ''} WHERE p.{PLAYER} <> ''"
            )
            [(players,)] = cursor.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet)").fetchall()
            unknown = np.count_nonzero(~part.placed.confidence.any(axis=0))
            gone = self._gone(cursor, rows) if self._leaves_out else 0
            return Categorized(players, chunk.rows - players - gone, int(unknown), gone)

    def _gone(self, cursor: duckdb.DuckDBPyConnection, rows: str) -> int:
        counted = f"SELECT count(*) FROM ({rows}) AS p SEMI JOIN {_LEFT_OUT} AS gone ON gone.{PLAYER} = p.{PLAYER}"
        [(count,)] = cursor.execute(counted).fetchall()
        return int(count)

    def _placed(self, cursor: duckdb.DuckDBPyConnection, chunk: Chunk) -> Part:
        """DuckDB keeps the order of a file's rows, so their numbers need not be read."""
        columns = cursor.execute(chunk.sql(self._read)).fetchnumpy()
        metrics = [plain(columns[f"m{at}"]) for at in range(len(self._space.standard.metrics))]
        days = np.nan_to_num(np.maximum(plain(columns["days"]), 0), posinf=0)
        return Part(chunk, self._placer.place(metrics, days))
