"""API keys that are bound: to a subject, to networks, to signatures."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.errors.identity import (
    InvalidKey,
    Replayed,
    SignedAtAnotherTime,
    SigningSecretUnreadable,
    WrongSignature,
)
from tessella.domain.identifiers import Instant, Namespace, Role, SubjectId
from tessella.domain.identity.addresses import read_networks
from tessella.domain.identity.keys import CreatedKey, KeyConditions, WantedKey
from tessella.domain.identity.signing import SignedRequest, signature
from tessella.ports import Caller
from tessella.ports.clock import present
from tessella.storage.errors import DatabaseAway
from tessella.storage.keys.signatures import seal_again
from tessella.storage.scope import system
from tessella.storage.store import Storage
from tessella.storage.vault import Vault
from tests.database import Dsns, eventually, link_to, session_of, storage_with, until
from tests.storage.rows import insert

pytestmark = pytest.mark.anyio

NETWORKS = read_networks(["10.0.0.0/8", "2001:db8::1"])
BOUND = WantedKey(Role.CLIENT, "Ann's phone", SubjectId("h1"), NETWORKS, is_signed=True)


def signed(key: CreatedKey, *, nonce: str = "0123456789abcdef", away_seconds: int = 0) -> SignedRequest:
    assert key.signing_secret is not None
    at = present() // 1_000_000 + away_seconds
    made = signature(key.signing_secret, "GET", b"/", at, nonce, b"")
    return SignedRequest("GET", b"/", b"", at, nonce, made)


async def take(storage: Storage, key: CreatedKey, request: SignedRequest, now: Instant | None = None) -> None:
    caller = await storage.keys.verify(key.text)
    assert caller.conditions is not None
    assert caller.conditions.sealed_secret is not None
    await storage.signatures.take(caller, caller.conditions.sealed_secret, request, now or present())


async def test_a_key_acts_for_its_subject_and_tells_what_it_is_bound_to(storage: Storage, namespace: Namespace) -> None:
    key = await storage.administration.create(namespace, BOUND)
    caller = await storage.keys.verify(key.text)
    assert caller == Caller(namespace, Role.CLIENT, SubjectId("h1"))
    assert caller.key_id == key.key_id
    assert caller.conditions == KeyConditions(NETWORKS, caller.conditions.sealed_secret)


async def test_a_key_that_is_bound_to_nothing_has_no_conditions(storage: Storage, namespace: Namespace) -> None:
    key = await storage.administration.create(namespace, WantedKey(Role.CLIENT))
    caller = await storage.keys.verify(key.text)
    assert (caller.subject_id, caller.conditions, key.signing_secret) == (None, None, None)


async def test_keys_are_listed_with_what_they_are_bound_to(storage: Storage, namespace: Namespace) -> None:
    key = await storage.administration.create(namespace, BOUND)
    (listed,) = await storage.administration.list_keys(namespace)
    assert (listed.key_id, listed.role, listed.label) == (key.key_id, Role.CLIENT, "Ann's phone")
    assert (listed.subject_id, listed.networks, listed.is_signed) == ("h1", NETWORKS, True)


async def test_no_key_is_made_that_could_not_be(storage: Storage, namespace: Namespace) -> None:
    with pytest.raises(WrongShape, match="acts for no subject"):
        await storage.administration.create(namespace, WantedKey(Role.ADMIN, subject_id=SubjectId("h1")))
    assert await storage.administration.list_keys(namespace) == []


async def test_the_database_holds_the_signing_secret_sealed_only(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    key = await storage.administration.create(namespace, BOUND)
    with psycopg.connect(database.superuser) as connection:
        (row,) = connection.execute(
            "SELECT k::text FROM tessella.api_keys k WHERE key_id = %s", [key.key_id]
        ).fetchone()
    for text in (key.signing_secret, key.signing_secret.removeprefix("sign_"), key.text.split(".")[2]):
        assert text not in row
        assert text.encode().hex() not in row


async def test_a_signed_request_is_taken_once_by_all_processes(
    namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    """Twenty at once, half of them at each of two processes: one is taken."""
    async with (
        storage_with(database.app, tmp_path / "home", namespace) as here,
        storage_with(database.app, tmp_path / "home") as there,
    ):
        key = await here.administration.create(namespace, BOUND)
        request = signed(key)
        asked = [take(storage, key, request) for _ in range(10) for storage in (here, there)]
        told = await asyncio.gather(*asked, return_exceptions=True)
        assert sorted(str(each) for each in told if each is None) == ["None"]
        assert sum(isinstance(each, Replayed) for each in told) == 19
        await take(there, key, signed(key, nonce="another-nonce-0001"))


async def test_a_signature_of_another_key_or_time_is_not_taken(storage: Storage, namespace: Namespace) -> None:
    key, other = [await storage.administration.create(namespace, BOUND) for _ in range(2)]
    with pytest.raises(WrongSignature):
        await take(storage, key, signed(other))
    for away in (-302, 302):
        with pytest.raises(SignedAtAnotherTime):
            await take(storage, key, signed(key, away_seconds=away))


async def test_while_the_database_is_away_no_signed_request_is_taken_since_it_could_be_a_replay(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link, storage_with(link.dsn, tmp_path / "home", namespace) as far:
        key = await far.administration.create(namespace, BOUND)
        await take(far, key, signed(key))
        await link.cut()
        await until(lambda: not far.health().database_is_up, "the loss was noticed")
        with pytest.raises(DatabaseAway):
            await take(far, key, signed(key, nonce="another-nonce-0001"))


async def test_what_a_key_is_bound_to_is_known_from_the_disk_while_the_database_is_away(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    async with link_to(database.app, tmp_path) as link:
        async with storage_with(link.dsn, home, namespace) as before:
            key = await before.administration.create(namespace, BOUND)
            known = await before.keys.verify(key.text)
        await link.cut()
        async with storage_with(link.dsn, home) as cold:
            caller = await cold.keys.verify(key.text)
            assert (caller, caller.key_id, caller.conditions) == (known, known.key_id, known.conditions)
    assert key.signing_secret.encode() not in b"".join(each.read_bytes() for each in home.rglob("*.snapshot"))


async def test_the_keys_of_an_erased_subject_are_refused_soon_and_those_of_others_are_not(
    storage: Storage, namespace: Namespace
) -> None:
    gone, kept = [
        await storage.administration.create(namespace, WantedKey(Role.CLIENT, subject_id=SubjectId(each)))
        for each in ("h1", "h2")
    ]
    await storage.keys.verify(gone.text)
    rows = await (await session_of(storage, namespace)).erase_rows(SubjectId("h1"))
    assert rows["api_keys"] == 1

    async def is_refused() -> bool:
        try:
            await storage.keys.verify(gone.text)
        except InvalidKey:
            return True
        return False

    await eventually(is_refused, "the key is gone")
    assert (await storage.keys.verify(kept.text)).subject_id == "h2"


async def test_signing_secrets_are_sealed_again_when_the_key_is_replaced(
    namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    old, new = "o" * 32, "n" * 32
    async with storage_with(database.app, tmp_path, namespace, encryption_key=old) as storage:
        key = await storage.administration.create(namespace, BOUND)
    async with storage_with(database.app, tmp_path, encryption_key=new) as storage:
        with pytest.raises(SigningSecretUnreadable):
            await take(storage, key, signed(key))
    async with storage_with(database.app, tmp_path, encryption_key=new, encryption_key_before=old) as storage:
        await take(storage, key, signed(key))
        async with storage._database.administering(system(namespace)) as connection:
            await seal_again(connection, namespace, Vault([new.encode(), old.encode()]))
    async with storage_with(database.app, tmp_path, encryption_key=new) as storage:
        await take(storage, key, signed(key, nonce="another-nonce-0001"))


async def test_signatures_are_forgotten_when_their_requests_would_be_refused_anyway(
    namespace: Namespace, database: Dsns, tmp_path: Path
) -> None:
    with psycopg.connect(database.superuser, autocommit=True) as connection:
        for key_id, minutes in {"old": 21, "kept": 11}.items():
            age = f"now() - interval '{minutes} minutes'"
            insert(connection, "signed_requests", namespace, key_id=f"'{key_id}'", taken_at=age)
        async with storage_with(database.app, tmp_path / "another", namespace):  # which has swept nothing yet

            def left() -> list[str]:
                query = "SELECT key_id FROM tessella.signed_requests WHERE namespace = %s"
                return [key_id for (key_id,) in connection.execute(query, [namespace])]

            await until(lambda: left() == ["kept"], "the old signature is forgotten")
