"""The catalogue in the database: refused first, then stored, read back, changed and taken away."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tessella.domain.errors import NoSuch, OtherDimensions
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.domain.ranking.catalogue.item import Availability, Item
from tessella.storage.errors import RowsDenied, RowsRefused
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import (
    Dsns,
    changes_since,
    eventually,
    fresh_namespace,
    horizon_now,
    scoped,
    session_of,
    storage_with,
)

pytestmark = pytest.mark.anyio

COLA = Item(
    "cola", "Cola 1.5 l", "acme", "drinks", 1.25, ("cold", "sweet"), ("FI", "SE"),
    {"size": 1.5, "of": ["a", {"b": None}]}, True,
    Instant(1_700_000_000_000_001), Instant(1_800_000_000_000_002), (0.5, -1.0),
)  # fmt: skip
TEA = Item("tea")


async def every(session: StoredSession) -> list[Item]:
    return [item async for item in session.stream_items()]


async def csv(items: Sequence[Item]) -> AsyncIterator[bytes]:
    """Items as the import writes them."""
    for item in items:
        vector = None if item.embedding is None else "{" + ",".join(map(str, item.embedding)) + "}"
        lists = [json.dumps(each) for each in (item.tags, item.regions, item.properties)]
        fields = [
            item.item_id, item.name, item.brand, item.category, item.price, *lists, item.available,
            item.available_from, item.available_until, vector,
        ]  # fmt: skip
        yield (",".join(_cell(each) for each in fields) + "\n").encode()


def _cell(value: object) -> str:
    return "" if value is None else '"' + str(value).replace('"', '""') + '"'


@pytest.mark.parametrize(
    "wrong",
    [
        replace(TEA, item_id=""),
        replace(TEA, item_id="x" * 257),
        replace(TEA, price=-0.01),
        replace(TEA, brand=""),
        replace(TEA, available_from=Instant(7), available_until=Instant(7)),
        replace(TEA, embedding=()),
        replace(TEA, tags=("x",) * 101),
        replace(TEA, name="a\0b"),
    ],
    ids=["no id", "long id", "negative price", "no brand", "never available", "no vector", "many tags", "NUL"],
)
async def test_what_the_checks_let_through_the_database_refuses_and_stores_the_others(
    storage: Storage, namespace: Namespace, wrong: Item
) -> None:
    session = await session_of(storage, namespace)
    put = await session.put_items([COLA, wrong])
    assert (put.accepted, put.changed, [(type(each), each.pointer) for each in put.rejected]) == (
        1,
        1,
        [(RowsRefused, "/1")],
    )
    assert await every(session) == [COLA]


@pytest.mark.parametrize("price", ["NaN", "Infinity"])
async def test_a_price_that_is_no_number_is_not_stored(database: Dsns, namespace: Namespace, price: str) -> None:
    with scoped(database.app, namespace, Role.ADMIN) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(
            "INSERT INTO tessella.items (namespace, item_id, price) VALUES (%s, 'a', %s)", [namespace, price]
        )


@pytest.mark.parametrize("role", [Role.SERVICE, Role.CLIENT, Role.READER, Role.MONITOR])
async def test_only_who_administers_writes_items(storage: Storage, namespace: Namespace, role: Role) -> None:
    session = await session_of(storage, namespace, role, "ann")
    with pytest.raises(RowsDenied):
        await session.put_items([TEA])


async def test_a_service_reads_items(storage: Storage, namespace: Namespace) -> None:
    await (await session_of(storage, namespace)).put_items([TEA])
    assert await (await session_of(storage, namespace, Role.SERVICE)).item("tea") == TEA


async def test_items_of_another_namespace_are_neither_read_nor_changed(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    other = fresh_namespace()
    await storage.administration.create_namespace(other)
    theirs, ours = await session_of(storage, other), await session_of(storage, namespace)
    await theirs.put_items([COLA])
    horizon = await horizon_now(database.app)
    await theirs.put_items([replace(COLA, embedding=(1.0, 2.0))])
    with pytest.raises(NoSuch):
        await ours.item("cola")
    with pytest.raises(NoSuch):
        await ours.delete_item("cola")
    assert (await every(ours), await ours.items(limit=9, after=None), await ours.items_of(["cola"])) == ([], [], [])
    assert (await ours.embedding_dimensions(), await changes_since(database.app, namespace, horizon)) == (None, [])
    assert await ours.put_items_csv(csv([TEA])) == 1
    assert [each.item_id for each in await every(theirs)] == ["cola"]


async def test_an_item_is_read_back_as_it_was_stored(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.put_items([COLA, TEA])
    assert (await session.item("cola"), await session.item("tea")) == (COLA, TEA)


async def test_a_file_stores_what_a_request_stores(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    quoted = replace(TEA, item_id='"é', name='a,"b"\\\n{c}', tags=('{"x', "y,z", "\\"))
    assert await session.put_items_csv(csv([COLA, TEA, quoted])) == 3
    assert await every(session) == [quoted, COLA, TEA]
    assert (await session.put_items([COLA, TEA, quoted])).changed == 0


async def test_an_item_is_put_in_place_of_the_one_before_and_counts_when_it_differs(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    await session.put_items([COLA, TEA])
    put = await session.put_items([replace(COLA, price=None, embedding=None), TEA])
    assert (put.accepted, put.changed) == (2, 1)
    assert await session.item("cola") == replace(COLA, price=None, embedding=None)
    assert await session.put_items_csv(csv([COLA, TEA])) == 1


async def test_items_come_in_the_order_of_the_bytes_of_their_ids(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    ids = ["é", "a", "Z", "🍎", "b", "￿"]
    await session.put_items([Item(each) for each in ids])
    ordered = sorted(ids, key=str.encode)
    assert [each.item_id for each in await every(session)] == ordered
    assert [each.item_id for each in await session.items_of([*ids, "none"])] == ordered
    first = await session.items(limit=4, after=None)
    rest = await session.items(limit=4, after=first[-1].item_id)
    assert [each.item_id for each in (*first, *rest)] == ordered


async def test_a_deleted_item_is_gone_until_it_is_put_again(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.put_items([COLA])
    await session.delete_item("cola")
    with pytest.raises(NoSuch):
        await session.delete_item("cola")
    with pytest.raises(NoSuch):
        await session.item("cola")
    assert (await every(session), await session.items(limit=9, after=None)) == ([], [])
    assert await session.embedding_dimensions() is None
    assert (await session.put_items([COLA])).changed == 1
    assert await every(session) == [COLA]


async def test_nothing_is_kept_of_a_deleted_item_but_its_id(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    await session.put_items([COLA])
    await session.delete_item("cola")
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        row = connection.execute("SELECT to_jsonb(items) - 'changed' FROM tessella.items").fetchone()
    assert row == (
        {
            **dict.fromkeys(("name", "brand", "category", "price", "available_from", "available_until", "embedding")),
            "namespace": namespace, "item_id": "cola", "tags": [], "regions": [], "properties": {},
            "available": False, "deleted": True,
        },
    )  # fmt: skip


async def test_the_first_embedding_says_how_many_numbers_one_has(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    assert await session.embedding_dimensions() is None
    await session.put_items([TEA, COLA])
    assert await session.embedding_dimensions() == 2


def with_embedding(item_id: str, dimensions: int) -> Item:
    return Item(item_id, embedding=(1.0,) * dimensions)


async def test_an_embedding_of_other_dimensions_is_refused_where_it_is_stored_too(
    storage: Storage, namespace: Namespace
) -> None:
    session = await session_of(storage, namespace)
    put = await session.put_items([with_embedding("b", 3), with_embedding("a", 4), TEA])
    assert (put.changed, [(each.pointer, each.message) for each in put.rejected]) == (
        2, [("/1", "The embedding has 4 numbers, and those of this namespace have 3.")],
    )  # fmt: skip
    assert (await session.put_items([with_embedding("b", 4)])).rejected != []
    with pytest.raises(OtherDimensions):
        await session.put_items_csv(csv([Item("new"), with_embedding("c", 2)]))
    assert await session.put_items_csv(csv([with_embedding("c", 3), TEA])) == 1
    assert [each.item_id for each in await every(session)] == ["b", "c", "tea"]


async def test_first_embeddings_that_two_processes_store_at_once_have_the_same_dimensions(
    storage: Storage, database: Dsns, tmp_path: Path
) -> None:
    async with storage_with(database.app, tmp_path / "home") as other:
        for _ in range(5):
            namespace = fresh_namespace()
            await storage.administration.create_namespace(namespace)
            ours, theirs = await session_of(storage, namespace), await session_of(other, namespace)
            puts = await asyncio.gather(
                ours.put_items([with_embedding(f"a{number}", 3) for number in range(300)]),
                theirs.put_items([with_embedding(f"b{number}", 4) for number in range(300)]),
            )
            assert sorted(len(each.rejected) for each in puts) == [0, 300]
            assert len({len(each.embedding or ()) for each in await every(ours)}) == 1


async def test_a_file_that_meets_first_embeddings_of_others_stores_nothing(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)

    with scoped(database.app, namespace, Role.ADMIN) as connection:
        connection.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('tessella embeddings ' || %s, 0))", [namespace]
        )
        connection.execute(
            "INSERT INTO tessella.items (namespace, item_id, embedding) VALUES (%s, 'b', '{1, 2}')", [namespace]
        )
        importing = asyncio.create_task(session.put_items_csv(csv([with_embedding("a", 3)])))

        async def waits() -> bool:
            return bool(connection.execute("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").rowcount)

        await eventually(waits, "it waits for who stores first ones")
        connection.commit()
    with pytest.raises(OtherDimensions):
        await importing
    assert [each.item_id for each in await every(session)] == ["b"]


async def test_what_is_written_after_a_horizon_is_told_once_and_what_before_is_not(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    await session.put_items([COLA, TEA, Item("rye")])
    before = await horizon_now(database.app)
    assert await changes_since(database.app, namespace, before) == []
    await session.put_items([COLA, replace(TEA, available=False), Item("oat", available_until=Instant(5))])
    await session.delete_item("rye")
    after = await horizon_now(database.app)
    assert sorted(await changes_since(database.app, namespace, before), key=lambda each: each.item_id) == [
        Availability("oat", True, None, Instant(5)),
        Availability("rye", False),
        Availability("tea", False),
    ]
    assert await changes_since(database.app, namespace, after) == []


async def test_a_writer_that_was_under_way_at_the_horizon_is_not_missed(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        connection.execute("INSERT INTO tessella.items (namespace, item_id) VALUES (%s, 'slow')", [namespace])
        horizon = await horizon_now(database.app)
        await session.put_items([TEA])
        connection.commit()
    changed = await changes_since(database.app, namespace, horizon)
    assert {each.item_id for each in changed} == {"slow", "tea"}


async def test_a_stream_that_is_left_early_gives_its_connection_back(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    await session.put_items([COLA, TEA])
    async with aclosing(session.stream_items()) as items:
        async for item in items:
            assert item == COLA
            break
    assert len(await every(session)) == 2
