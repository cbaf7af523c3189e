"""Members scored by a model: a chunk at a time, several at once, counted while they go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from tessella.domain.predictions.inputs import encode_columns
from tessella.domain.predictions.segment.members import CUSTOMER, outputs_of, read_sql
from tessella.domain.predictions.segment.scoring import Group, ScoringModel
from tessella.domain.predictions.segment.stats import Stats, added
from tessella.models.loading import load
from tessella.models.scoring.counter import counter_of
from tessella.models.scoring.members import TABLE, write
from tessella.models.scoring.wire import Asked

#: Rows that are scored together: as many as DuckDB keeps together, so that a chunk reads no others.
CHUNK: Final = 122_880

Columns = Mapping[str, NDArray[Any]]


class Scored:
    """A model, over a table of members."""

    def __init__(self, database: duckdb.DuckDBPyConnection, asked: Asked, model: ScoringModel) -> None:
        self._database = database
        self._asked = asked
        self._inputs = model.manifest.inputs
        self._model = load(Path(model.folder), model.manifest)
        self._counter = counter_of(model)
        words = {each.word for each in asked.groups if each.word}
        read = (read_sql(each, f"i{at}") for at, each in enumerate(self._inputs))
        self._columns = ", ".join(["rowid", *read, *sorted(words)])
        #: By group, of the chunks that are done.
        self.stats = self._counted({}, np.empty((0, len(outputs_of(model.manifest)))))

    def chunks(self, members: int) -> Iterator[float]:
        """Score them all; gives the share that is done after each chunk."""
        starts = range(0, members, CHUNK)
        with ThreadPoolExecutor(self._asked.limits.threads) as pool:
            for done, counted in enumerate(pool.map(self._chunk, starts), 1):
                self.stats = {name: added(each, counted[name]) for name, each in self.stats.items()}
                yield done / len(starts)

    def _chunk(self, start: int) -> dict[str, Stats]:
        inside = f"known AND {TABLE}.rowid BETWEEN {start} AND {start + CHUNK - 1}"
        with self._database.cursor() as cursor:
            columns = cursor.execute(f"SELECT {self._columns} FROM {TABLE} WHERE {inside}").fetchnumpy()
            named = {each.name: columns[f"i{at}"] for at, each in enumerate(self._inputs)}
            probabilities = self._model.many(encode_columns(named, self._inputs))
            if self._asked.target is not None:
                rows = {"place": columns["rowid"], **_columns_of(probabilities)}
                cursor.register("scores", rows)
                told = ", ".join(each for each in rows if each != "place")
                sql = f"SELECT subject_id AS {CUSTOMER}, {told} FROM {TABLE} JOIN scores ON {TABLE}.rowid = place"
                write(cursor, f"{sql} WHERE {inside}", Path(self._asked.target), start // CHUNK)
        return self._counted(columns, probabilities)

    def _counted(self, columns: Columns, probabilities: NDArray[np.float64]) -> dict[str, Stats]:
        read = self._counter.read(probabilities)
        return {each.name: self._counter.count(_inside(each, columns, read)) for each in self._asked.groups}


def _inside(group: Group, columns: Columns, read: NDArray[Any]) -> NDArray[Any]:
    """The entries of a group."""
    return read[(columns[group.word] & group.mask) != 0] if group.word and len(read) else read


def _columns_of(probabilities: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """As the result has them: `p0`, `p1` and so on."""
    return {f"p{at}": np.ascontiguousarray(each) for at, each in enumerate(probabilities.T)}
