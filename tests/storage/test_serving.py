"""What a server is started on: a database that is there, one that is not, and one that does not start."""

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller
from tessella.storage.embedded.errors import ServerDidNotStart
from tessella.storage.installation.serving import serving_database
from tessella.storage.memory.loaded import Source
from tests.database import define, session_of, settings_for, storage_with, until
from tests.storage.embedded_support import temporary_home

pytestmark = pytest.mark.anyio

HERE = Namespace("here")


async def test_an_embedded_database_that_does_not_start_is_done_without_where_anything_is_kept() -> None:
    with temporary_home() as home:
        settings = settings_for(home)
        with serving_database(settings) as database:
            pass
        control = home / "postgres" / "data" / "global" / "pg_control"
        control.rename(control.with_name("away"))
        with pytest.raises(ServerDidNotStart), serving_database(settings):
            pass  # nothing is kept yet
        control.with_name("away").rename(control)

        with serving_database(settings) as database:
            async with storage_with(database.dsn, home, HERE) as storage:
                key = await storage.administration.create_key(HERE, Role.ADMIN)
                await define(await session_of(storage, HERE), Kind.SEGMENT, "vip", segment_id="vip")
        control.rename(control.with_name("away"))

        with serving_database(settings) as database:
            assert (database.is_embedded, database.descriptors) == (True, ())
            async with storage_with(database.dsn, home) as storage:
                caller = await storage.keys.verify(key)
                assert caller == Caller(HERE, Role.ADMIN)
                assert list((await storage.session(caller)).snapshot().definitions.segments) == ["vip"]
                assert storage.health().states[HERE].source is Source.DISK
                control.with_name("away").rename(control)
                await until(lambda: storage.health().states[HERE].source is Source.LIVE, "the database had started")


async def test_a_database_that_is_gone_though_it_was_in_use_is_not_replaced_by_an_empty_one() -> None:
    with temporary_home() as home:
        settings = settings_for(home)
        with serving_database(settings) as database:
            async with storage_with(database.dsn, home, HERE) as storage:
                key = await storage.administration.create_key(HERE, Role.ADMIN)
                await define(await session_of(storage, HERE), Kind.SEGMENT, "vip", segment_id="vip")
        data = home / "postgres" / "data"
        data.rename(home / "unmounted")

        with serving_database(settings) as database:
            assert not data.exists()
            async with storage_with(database.dsn, home) as storage:
                caller = await storage.keys.verify(key)
                assert list((await storage.session(caller)).snapshot().definitions.segments) == ["vip"]
                (home / "unmounted").rename(data)
                await until(lambda: storage.health().states[HERE].source is Source.LIVE, "the database was there again")
