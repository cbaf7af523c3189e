"""Rows of customers from real files through real DuckDB: kept, read together, bounded in time, and left stale."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tessella.domain.audiences.reading import SourceReading, readings_of
from tessella.domain.features.customer_row import CustomerRow
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.settings import Settings
from tessella.warehouse.engines.opening import open_engine
from tessella.warehouse.feature_store import FeatureStore, Times
from tessella.warehouse.feature_store.cache import KeptRow, MemoryCache
from tests.customers import CUSTOMERS, write_view
from tests.database import eventually, until
from tests.domain.test_sources import REVENUE, SHOP, STATUS, defined

pytestmark = pytest.mark.anyio

NS = Namespace("shop")
ADA, BOB, NOBODY = SubjectId("ada"), SubjectId("bob"), SubjectId("nobody")
PATIENT = Times(fresh_seconds=3600, wait_seconds=60)


def reading(*features: Any) -> SourceReading:
    definitions = defined(SHOP, *(features or (REVENUE, STATUS)))
    return readings_of(definitions.features, definitions.sources)["shop"]


class Watched:
    """A real engine that counts what it is asked, and can be held up."""

    def __init__(self, engine: Any, asked: Counter[str]) -> None:
        self._engine = engine
        self._asked = asked
        self.closed = False
        self.free = asyncio.Event()
        self.free.set()

    async def columns(self) -> Any:
        found = await self._engine.columns()
        self._asked["columns"] += 1
        await self.free.wait()
        return found

    async def rows(self, keys: Sequence[str], columns: Any) -> Any:
        self._asked["queries"] += 1
        await self.free.wait()
        return await self._engine.rows(keys, columns)

    async def statistics(self, columns: Any) -> Any:
        return await self._engine.statistics(columns)

    async def close(self) -> None:
        await self._engine.close()
        self.closed = True


class Shop:
    """A store over the files of one home."""

    def __init__(self, home: Path, times: Times, capacity: int) -> None:
        self.home = home
        self.asked: Counter[str] = Counter()
        self.engines: list[Watched] = []
        self.cache = MemoryCache(capacity=capacity)
        self.store = FeatureStore(self.cache, self._open, times)

    def _open(self, namespace: Namespace, source: Any) -> Any:
        self.engines.append(Watched(open_engine(namespace, source, Settings(home=self.home), {}), self.asked))
        return self.engines[-1]

    async def row(self, subject_id: SubjectId = ADA, of: SourceReading | None = None) -> CustomerRow:
        return (await self.store.rows(NS, of or reading(), [subject_id]))[subject_id]


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Any]:
    write_view(tmp_path, NS)

    @asynccontextmanager
    async def shop(times: Times = PATIENT, capacity: int = 100) -> AsyncIterator[Shop]:
        made = Shop(tmp_path, times, capacity)
        try:
            yield made
        finally:
            for engine in made.engines:
                engine.free.set()
            await made.store.close()

    return shop


async def test_a_row_holds_the_values_of_declared_columns_and_no_others(opened):
    async with opened() as shop:
        row = await shop.row()
    assert (row.values, row.stale) == ({"total_revenue": 532.26, "customer_status": "active"}, False)


async def test_a_customer_whom_the_source_does_not_know_has_no_values_and_that_is_no_failure(opened):
    async with opened() as shop:
        row, again = await shop.row(NOBODY), await shop.row(NOBODY)
    assert (row.values, row.stale, again) == ({}, False, row)
    assert shop.asked["queries"] == 1


async def test_a_row_is_read_once_until_it_is_forgotten(opened):
    async with opened() as shop:
        before = await shop.row()
        write_view(shop.home, NS, "SELECT 'ada' AS customer_id, 1.0 AS total_revenue, 'gone' AS customer_status")
        kept = await shop.row()
        shop.store.forget(NS)
        after = await shop.row()
    assert kept == before
    assert after.values == {"total_revenue": 1.0, "customer_status": "gone"}


async def test_rows_that_are_forgotten_while_they_are_read_come_all_the_same_and_are_read_again(opened):
    async with opened() as shop:
        await shop.row(NOBODY)
        shop.engines[0].free.clear()
        waiting = asyncio.create_task(shop.row())
        await until(lambda: shop.asked["queries"] == 2, "the query is under way")
        shop.store.forget(NS)
        shop.engines[0].free.set()
        row, again = await waiting, await shop.row()
    assert (row.values["total_revenue"], row.stale) == (532.26, False)
    assert (again.values, again.stale, shop.asked["queries"]) == (row.values, False, 3)


async def test_columns_that_change_while_they_are_looked_at_are_looked_at_again(opened):
    async with opened() as shop:
        write_view(shop.home, NS, "SELECT 'ada' AS customer_id, 7.5 AS total_revenue")
        await shop.row(NOBODY)
        shop.store.forget(NS)
        shop.engines[0].free.clear()
        waiting = asyncio.create_task(shop.row())
        await until(lambda: shop.asked["columns"] == 2, "the columns of before were read")
        write_view(shop.home, NS)
        shop.store.forget(NS)
        shop.engines[0].free.set()
        await waiting
        row = await shop.row()
    assert (row.values, row.stale) == ({"total_revenue": 532.26, "customer_status": "active"}, False)


async def test_a_row_is_read_again_when_its_time_has_passed(opened):
    async with opened(Times(fresh_seconds=0, wait_seconds=60)) as shop:
        await shop.row()
        await shop.row()
    assert shop.asked["queries"] == 2


async def test_forgetting_one_namespace_leaves_the_rows_of_others(opened):
    async with opened() as shop:
        await shop.row()
        shop.store.forget(Namespace("other"))
        await shop.row()
    assert shop.asked["queries"] == 1


async def test_concurrent_requests_are_answered_by_one_query_after_the_first(opened):
    async with opened() as shop:
        await shop.row(NOBODY)
        shop.engines[0].free.clear()
        waiting = [asyncio.create_task(shop.row(each)) for each in (ADA, BOB, ADA, SubjectId("carl"), ADA)]
        await asyncio.sleep(0.05)
        shop.engines[0].free.set()
        rows = await asyncio.gather(*waiting)
    assert [row.values["total_revenue"] for row in rows] == [532.26, 120.5, 532.26, 900.0, 532.26]
    assert shop.asked["queries"] <= 3


async def test_a_row_that_comes_too_late_is_missed_by_its_decision_and_there_for_the_next(opened):
    async with opened(Times(fresh_seconds=3600, wait_seconds=0.01)) as shop:
        await shop.row(NOBODY)
        shop.engines[0].free.clear()
        late = await shop.row()
        shop.engines[0].free.set()
        await until(lambda: len(shop.cache) == 2, "the row is there")
        there = await shop.row()
    assert late == CustomerRow(stale=True)
    assert (there.values["total_revenue"], there.stale) == (532.26, False)


async def test_while_the_source_is_away_the_last_known_row_serves_as_stale(opened):
    async with opened() as shop:
        before = await shop.row()
        (shop.home / "warehouse" / NS / "shop" / "customer_features_view.parquet").unlink()
        shop.store.forget(NS)
        left, unknown = await shop.row(), await shop.row(BOB)
    assert (left.values, left.as_of, left.stale) == (before.values, before.as_of, True)
    assert unknown == CustomerRow(stale=True)


async def test_a_source_that_is_back_is_read_again(opened):
    async with opened() as shop:
        path = shop.home / "warehouse" / NS / "shop" / "customer_features_view.parquet"
        aside = path.rename(path.with_suffix(".aside"))
        assert (await shop.row()).stale
        aside.rename(path)

        async def is_back() -> bool:
            return not (await shop.row()).stale

        await eventually(is_back, "the source is read again")
        assert (await shop.row()).values["total_revenue"] == 532.26


async def test_a_column_that_has_gone_takes_its_own_feature_only_and_the_row_says_so(opened):
    async with opened() as shop:
        write_view(shop.home, NS, "SELECT 'ada' AS customer_id, 7.5 AS total_revenue")
        row = await shop.row()
    assert (row.values, row.stale) == ({"total_revenue": 7.5}, True)


async def test_another_declaration_is_read_anew_and_knows_nothing_of_the_one_before(opened):
    async with opened() as shop:
        await shop.row()
        other = reading(REVENUE | {"column": "churn_score"})
        assert (await shop.row(of=other)).values == {"total_revenue": 0.46}
    assert shop.asked["queries"] == 2


async def test_a_source_that_is_declared_otherwise_is_opened_anew(opened):
    async with opened() as shop:
        await shop.row()
        definitions = defined(SHOP | {"view": "customers"}, REVENUE)
        (shop.home / "warehouse" / NS / "shop" / "customer_features_view.parquet").rename(
            shop.home / "warehouse" / NS / "shop" / "customers.parquet"
        )
        row = await shop.row(of=readings_of(definitions.features, definitions.sources)["shop"])
    assert (row.values, len(shop.engines)) == ({"total_revenue": 532.26}, 2)


async def test_memory_holds_so_many_rows_and_lets_go_of_the_one_that_was_used_longest_ago():
    cache = MemoryCache(capacity=2)
    rows = {name: KeptRow({}, number) for number, name in enumerate(("a", "b"))}
    await cache.keep("place", rows)
    await cache.rows("place", ["a"])
    await cache.keep("place", {"c": KeptRow({}, 3)})
    assert set(await cache.rows("place", ["a", "b", "c"])) == {"a", "c"}
    assert len(cache) == 2


async def test_statistics_are_read_once_until_the_namespace_is_calculated_anew(opened):
    async with opened() as shop:
        source = reading().source
        engine = await shop.store.engine(NS, source)
        columns = await engine.columns()
        before = await shop.store.statistics(NS, source, columns)
        write_view(shop.home, NS, f"{CUSTOMERS} LIMIT 1")
        assert await shop.store.statistics(NS, source, columns) == before
        shop.store.forget(NS)
        assert (await shop.store.statistics(NS, source, columns)).rows == 1
    assert before.rows > 1


async def test_a_source_that_is_deleted_or_declared_otherwise_is_left_and_others_stay(opened):
    async with opened() as shop:
        await shop.row()
        source = reading().source
        shop.store.follow(NS, {source.source_id: source})
        shop.store.follow(Namespace("other"), {})
        assert not shop.engines[0].closed
        shop.store.follow(NS, {})
        await until(lambda: shop.engines[0].closed, "it was left")
        assert (await shop.row(BOB)).values
        shop.store.follow(NS, {source.source_id: msgspec.structs.replace(source, view="other")})
        await until(lambda: shop.engines[1].closed, "it was left too")
