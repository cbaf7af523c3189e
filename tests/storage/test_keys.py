"""API keys: what a key proves, and how soon it stops."""

import time
from pathlib import Path

import pytest

from tessella.domain.errors import NoSuch, Unauthenticated
from tessella.domain.errors.identity import InvalidKey
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.identity.addresses import read_networks
from tessella.domain.identity.keys import WantedKey
from tessella.ports import Caller
from tessella.storage.errors import DatabaseAway
from tessella.storage.store import Storage
from tests.database import Dsns, eventually, link_to, scoped, session_of, storage_with, until

pytestmark = pytest.mark.anyio


def key_id_of(key: str) -> str:
    return key.split(".")[1]


async def is_refused(storage: Storage, key: str) -> bool:
    try:
        await storage.keys.verify(key)
    except InvalidKey:
        return True
    return False


async def test_a_key_speaks_for_its_namespace_and_role(storage: Storage, namespace: Namespace) -> None:
    for role in Role:
        key = await storage.administration.create_key(namespace, role)
        assert key.startswith(f"tess_{namespace}.")
        assert await storage.keys.verify(key) == Caller(namespace, role)


async def test_the_database_holds_no_secret(storage: Storage, namespace: Namespace, database: Dsns) -> None:
    secret = (await storage.administration.create_key(namespace, Role.ADMIN, "for the demo")).split(".")[2]
    with scoped(database.superuser, namespace, Role.SUPERADMIN) as connection:
        row = str(
            connection.execute("SELECT k::text FROM tessella.api_keys k WHERE namespace = %s", [namespace]).fetchall()
        )
    assert "for the demo" in row
    assert secret not in row
    assert secret.encode().hex() not in row


@pytest.mark.parametrize("forge", [
    lambda key, other: key[:-1] + ("A" if key[-1] != "A" else "B"),
    lambda key, other: key.replace(key_id_of(key), "0" * 12),
    lambda key, other: key.replace(key.split(".")[0], f"tess_{other}"),
    lambda key, other: "tess_nobody-has-this." + key.split(".", 1)[1],
    lambda key, other: key + "A",
    lambda key, other: key.removeprefix("tess_"),
    lambda key, other: "",
    lambda key, other: "tess_a'b." + key.split(".", 1)[1],
])  # fmt: skip
async def test_a_key_with_any_part_changed_is_refused(storage: Storage, namespace: Namespace, forge) -> None:
    other = Namespace(f"{namespace}-other")
    await storage.administration.create_namespace(other)
    key = await storage.administration.create_key(namespace, Role.ADMIN)
    with pytest.raises(Unauthenticated, match="not valid"):
        await storage.keys.verify(forge(key, other))
    assert await storage.keys.verify(key) == Caller(namespace, Role.ADMIN)


async def test_a_key_made_under_another_pepper_is_refused(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    key = await storage.administration.create_key(namespace, Role.ADMIN)
    async with storage_with(database.app, tmp_path / "other-home") as other:
        assert await is_refused(other, key)


async def test_servers_with_the_same_pepper_accept_each_others_keys(
    namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    pepper = {"key_pepper": "p" * 32}
    async with (
        storage_with(database.app, tmp_path / "one", namespace, **pepper) as one,
        storage_with(database.app, tmp_path / "two", **pepper) as two,
    ):
        key = await one.administration.create_key(namespace, Role.READER)
        assert await two.keys.verify(key) == Caller(namespace, Role.READER)


async def test_a_revoked_key_is_refused_at_once_here_and_soon_elsewhere(
    namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with (
        storage_with(database.app, tmp_path / "home", namespace) as here,
        storage_with(database.app, tmp_path / "home") as there,
    ):
        key = await here.administration.create_key(namespace, Role.ADMIN)
        for storage in (here, there):
            assert not await is_refused(storage, key)
        await here.administration.revoke_key(namespace, key_id_of(key))
        assert await is_refused(here, key)
        await eventually(lambda: is_refused(there, key), "the other process had heard of it")
        with pytest.raises(NoSuch):
            await here.administration.revoke_key(namespace, key_id_of(key))


async def test_keys_are_listed_without_their_secrets(storage: Storage, namespace: Namespace) -> None:
    first, second = [await storage.administration.create_key(namespace, Role.ADMIN, label) for label in ("one", "two")]
    await storage.administration.revoke_key(namespace, key_id_of(first))
    listed = await storage.administration.list_keys(namespace)
    assert [(each.key_id, each.label, each.revoked_at is None) for each in listed] == [
        (key_id_of(first), "one", False), (key_id_of(second), "two", True)
    ]  # fmt: skip


async def test_keys_that_the_namespace_had_hold_while_the_database_is_away_and_later_ones_are_not_judged(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home") as far:
        used, unused = [await storage.administration.create_key(namespace, Role.ADMIN) for _ in range(2)]
        await far.keys.verify(used)
        await session_of(far, namespace)
        await link.cut()
        await until(lambda: not far.health().database_is_up, "the loss was noticed")
        for key in (used, unused):
            assert await far.keys.verify(key) == Caller(namespace, Role.ADMIN)
        with pytest.raises(DatabaseAway):
            await far.keys.verify(await storage.administration.create_key(namespace, Role.ADMIN))


async def test_a_key_whose_end_was_seen_is_refused_while_the_database_is_away(
    storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home") as far:
        key, other = [await storage.administration.create_key(namespace, Role.ADMIN) for _ in range(2)]
        loaded = (await session_of(far, namespace))._loaded
        await far.keys.verify(key)
        await storage.administration.revoke_key(namespace, key_id_of(key))
        await until(lambda: loaded.ring is not None and key_id_of(key) not in loaded.ring.keys, "the end was seen")
        await link.cut()
        await until(lambda: not far.health().database_is_up, "the loss was noticed")
        await eventually(lambda: is_refused(far, key), "what was remembered is over")
        assert await far.keys.verify(other) == Caller(namespace, Role.ADMIN)


def test_generated_secrets_are_private_to_their_owner(tmp_path: Path) -> None:
    from tessella.storage.installation.secret_files import secret

    made = secret(tmp_path / "home", "key_pepper", None)
    assert len(made) == 64
    assert secret(tmp_path / "home", "key_pepper", None) == made
    assert [(each.name, oct(each.stat().st_mode)[-3:]) for each in (tmp_path / "home").iterdir()] == [
        ("key_pepper", "600")
    ]


@pytest.mark.long
async def test_the_time_of_a_refusal_does_not_tell_whether_the_id_of_a_key_exists(
    storage: Storage, namespace: Namespace
) -> None:
    """3,000 pairs of refusals: which of the two took longer is as good as a coin, to within one in ten.

    The key has all that one can have, so that there is the most to read of it.
    """
    wanted = WantedKey(Role.CLIENT, "x" * 200, SubjectId("h1"), read_networks(["10.0.0.0/8"]), is_signed=True)
    ids = (await storage.administration.create(namespace, wanted)).key_id, "0" * 12

    async def seconds(key_id: str, number: int) -> float:
        began = time.perf_counter()
        assert await is_refused(storage, f"tess_{namespace}.{key_id}.{number:043d}")
        return time.perf_counter() - began

    known_was_slower = 0
    for number in range(3_000):
        first = number % 2  # neither of them always comes first
        one, other = await seconds(ids[first], number), await seconds(ids[1 - first], number)
        known_was_slower += (one > other) == (first == 0)
    assert abs(known_was_slower / 3_000 - 0.5) < 0.1
