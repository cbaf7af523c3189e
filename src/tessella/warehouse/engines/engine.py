"""What is the same for every source of customers, over the driver of its engine."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.errors import ColumnsChanged, KeysUnusable, QueryFailed, SourceBroken, ValueUnreadable
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.sql import Engine, RawColumn, Relation
from tessella.ports.customer_engine import EngineColumn, ReadAs, SampleStatistics
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.engines.aside import written_aside
from tessella.warehouse.engines.columns import changes
from tessella.warehouse.engines.driver import Driver
from tessella.warehouse.engines.lookups import repeated, values_by_key
from tessella.warehouse.engines.statements import keys_sql, lookup_sql, natural, sample_sql
from tessella.warehouse.engines.statistics import joined, sampled_rows, statistics_of

#: Customers of one lookup.
MOST_KEYS: Final = 1000
#: Columns of one statement of ours. What an engine takes to plan one grows with the square of its columns.
MOST_COLUMNS: Final = 200

_P = ParamSpec("_P")
_T = TypeVar("_T")


class OpenSource:
    """An open source. `worker` is DuckDB beside us, which reads what was extracted."""

    def __init__(self, source: CustomerSource, driver: Driver, worker: DuckDBWorker) -> None:
        self._source = source
        self._driver = driver
        self._worker = worker
        self._columns: dict[str, EngineColumn] = {}

    @property
    def dialect(self) -> Engine:
        """The SQL that it runs."""
        return self._driver.dialect

    async def columns(self) -> list[EngineColumn]:
        """The columns as they are now, in the view's order."""
        found = await asyncio.to_thread(self._driver.describe)
        self._columns = {each.name: each for each in found}
        self._need(filter(None, (self._source.key, self._source.updated_at)))
        return found

    async def relation(self, columns: Mapping[FeatureName, EngineColumn]) -> Relation:
        """Where rules find the values of features."""
        await self._described()
        raw = {feature: RawColumn(each.name, each.stored) for feature, each in columns.items()}
        return Relation(self._driver.source(), self._source.key, raw)

    async def statistics(self, columns: Sequence[EngineColumn]) -> SampleStatistics:
        """What columns hold in the rows that the engine gives first."""
        await self._described()
        read = natural(columns)
        told = [await self._run(self._statistics, some, sampled_rows(len(read))) for some in parts(read, MOST_COLUMNS)]
        return joined(told)

    async def rows(
        self, keys: Sequence[str], columns: Mapping[FeatureName, ReadAs]
    ) -> dict[str, dict[FeatureName, Value]]:
        """The normalised values of customers by key."""
        await self._described()
        found: dict[str, dict[FeatureName, Value]] = {}
        for names in parts(list(columns), MOST_COLUMNS):
            for some in parts(keys, MOST_KEYS):
                rows = await self._run(self._rows, some, {name: columns[name] for name in names})
                for key, values in rows.items():
                    found.setdefault(key, {}).update(values)
        return found

    async def extract(self, sql: str, path: Path) -> int:
        """Run one SELECT there, and write its rows as Parquet here; how many."""
        await self._described()
        return await self._run(self._extract, sql, path)

    async def check_keys(self) -> int:
        """How many customers there are. Raises `KeysUnusable`."""
        await self._described()
        ((rows, missing, repeated),) = await self._run(
            lambda: self._driver.query(keys_sql(self._driver.source(), self._key(), self.dialect))
        )
        if missing or repeated:
            raise KeysUnusable(self._source.source_id, self._source.key, missing, repeated)
        return int(rows)

    async def close(self) -> None:
        """Leave the source; what runs on it ends with an error."""
        await asyncio.to_thread(self._driver.close)
        await asyncio.to_thread(self._worker.close)

    async def _described(self) -> None:
        if not self._columns:
            await self.columns()

    def _need(self, names: Iterator[str]) -> None:
        if missing := [f'"{name}" is missing' for name in names if name not in self._columns]:
            raise ColumnsChanged(self._source.source_id, missing)

    def _key(self) -> EngineColumn:
        return self._columns[self._source.key]

    async def _run(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Work in a thread. A failure that changed columns explain is told as such; else it is the source's own."""
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except (QueryFailed, ValueUnreadable) as error:
            await asyncio.to_thread(self._check_unchanged)
            if isinstance(error, QueryFailed):
                raise SourceBroken(self._source.source_id, error.problem) from None
            raise

    def _check_unchanged(self) -> None:
        if changed := list(changes(self._columns.values(), self._driver.describe())):
            raise ColumnsChanged(self._source.source_id, changed)

    def _statistics(self, columns: Sequence[ReadAs], limit: int) -> SampleStatistics:
        with tempfile.TemporaryDirectory(prefix="tessella-sample-") as folder:
            sample = Path(folder, "sample.parquet")
            self._driver.export(sample_sql(self._driver.source(), columns, limit, self.dialect), sample)
            return statistics_of(sample, columns, limit, self._worker)

    def _rows(self, keys: Sequence[str], columns: Mapping[FeatureName, ReadAs]) -> dict[str, dict[FeatureName, Value]]:
        sql = lookup_sql(self._driver.source(), self._key(), keys, columns.values(), self.dialect)
        rows = self._driver.look_up(sql) if sql else []
        if len(rows) > 2 * len(keys):
            raise KeysUnusable(self._source.source_id, self._source.key, 0, repeated(rows))
        return dict(values_by_key(rows, set(keys), list(columns)))

    def _extract(self, sql: str, path: Path) -> int:
        with written_aside(path) as partial:
            self._driver.export(sql, partial)
            ((rows,),) = self._worker.query(
                "SELECT SUM(num_rows)::BIGINT FROM parquet_file_metadata(?)", [str(partial)]
            )
            self._check_unchanged()
        return int(rows)


def parts(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    """The items, so many at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))
