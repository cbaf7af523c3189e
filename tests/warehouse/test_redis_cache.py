"""Rows in a real Redis server, where there is one on this machine."""

import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tessella.domain.identifiers import Instant, SubjectId
from tessella.settings import Settings
from tessella.warehouse.feature_store import cache_of
from tessella.warehouse.feature_store.cache import KeptRow, RowCache
from tests.database import eventually

pytestmark = pytest.mark.anyio

ADA, BOB = SubjectId("ada"), SubjectId("bob")
ROW = KeptRow({"total_revenue": 5.0, "visits": 5, "tags": ("a", "b"), "active": True}, Instant(7), whole=False)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server on PATH")
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("redis")
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL) as server:
        yield f"redis://127.0.0.1:{port}/0"
        server.kill()


@pytest.fixture
async def cache(url: str, tmp_path: Path) -> AsyncIterator[RowCache]:
    opened = cache_of(Settings(home=tmp_path, redis_url=url), lambda: b"key")

    async def is_kept() -> bool:
        await opened.keep("ready", {ADA: ROW})
        return bool(await opened.rows("ready", [ADA]))

    await eventually(is_kept, "the server answers")
    yield opened
    await opened.close()


async def test_a_row_comes_back_as_it_was_kept_with_the_types_of_its_values(cache):
    await cache.keep("place", {ADA: ROW})
    found = await cache.rows("place", [ADA, BOB])
    assert found == {ADA: ROW}
    assert [type(each) for each in found[ADA].values.values()] == [float, int, tuple, bool]


async def test_a_row_belongs_to_its_place(cache):
    await cache.keep("one", {ADA: ROW})
    assert await cache.rows("other", [ADA]) == {}
    assert await cache.rows("one", []) == {}
    await cache.drop("one", ADA)
    assert await cache.rows("one", [ADA]) == {}


async def test_the_server_is_told_no_customer(cache, url):
    from redis.asyncio import Redis

    await cache.keep("place", {SubjectId("ada-lovelace"): ROW})
    async with Redis.from_url(url) as redis:
        assert not [key for key in await redis.keys() if b"lovelace" in key]


async def test_a_server_that_is_away_is_as_one_that_holds_nothing(tmp_path):
    pytest.importorskip("redis", reason="the package redis is not installed")
    away = cache_of(Settings(home=tmp_path, redis_url="redis://127.0.0.1:1/0"), lambda: b"key")
    await away.keep("place", {ADA: ROW})
    await away.drop("place", ADA)
    assert await away.rows("place", [ADA]) == {}
    await away.close()
