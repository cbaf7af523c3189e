"""Another key of the pseudonyms: subjects are found by both, and in the end named by the new one alone."""

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tessella.domain.identifiers import Namespace, SubjectId
from tessella.ports import AuditQuery
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.privacy.rekey import rekey_pseudonyms
from tessella.usecases.verify_audit import verify_audit
from tests.audits import record, until_stored
from tests.database import Dsns, session_of, storage_with

pytestmark = pytest.mark.anyio

OLD, NEW = "o" * 64, "n" * 64
ANN = SubjectId("ann")


def quiet(_: float) -> None:
    """Nobody watches."""


async def decisions(session: StoredSession, who: str = "ann") -> int:
    rows, _ = await session.audit(AuditQuery(subject_id=SubjectId(who)))
    return len(rows)


def keyed(database: Dsns, home: Path, namespace: Namespace, **keys: Any) -> Any:
    return storage_with(database.app, home, namespace, **keys)


async def recorded(storage: Storage, database: Dsns, namespace: Namespace) -> StoredSession:
    session = await session_of(storage, namespace)
    for who in ("ann", "bob", "ann", "gone"):
        await record(session, subject_id=SubjectId(who))
    await until_stored(database, namespace, 4)
    return session


async def test_subjects_are_found_by_both_keys_while_one_replaces_the_other(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with keyed(database, tmp_path / "home", namespace, pseudonym_key=OLD) as storage:
        await recorded(storage, database, namespace)
    async with keyed(database, tmp_path / "home", namespace, pseudonym_key=NEW, pseudonym_key_before=OLD) as storage:
        session = await session_of(storage, namespace)
        await record(session, subject_id=ANN)
        await until_stored(database, namespace, 5)
        assert await decisions(session) == 3


async def test_after_rekeying_the_key_before_is_needed_no_more_and_the_audit_verifies(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with keyed(database, tmp_path / "home", namespace, pseudonym_key=OLD) as storage:
        await recorded(storage, database, namespace)
        plant_settings(database, namespace, "ann", "bob")
    async with keyed(database, tmp_path / "home", namespace, pseudonym_key=NEW, pseudonym_key_before=OLD) as storage:
        session = await session_of(storage, namespace)
        done = await rekey_pseudonyms(session, quiet)
        assert (done.subjects, done.rows) == (2, 3)
        again = await rekey_pseudonyms(session, quiet)
        assert (again.subjects, again.rows) == (2, 0)
    async with keyed(database, tmp_path / "home", namespace, pseudonym_key=NEW) as storage:
        session = await session_of(storage, namespace)
        assert [await decisions(session, who) for who in ("ann", "bob", "gone")] == [2, 1, 0]
        verdict = await verify_audit(session, quiet)
        assert (verdict.holds, verdict.rows) == (True, 4)


async def test_a_rekeying_that_broke_off_half_way_is_taken_up_again(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with keyed(database, tmp_path / "home", namespace, pseudonym_key=OLD) as storage:
        await recorded(storage, database, namespace)
        plant_settings(database, namespace, "ann", "bob")
    async with keyed(database, tmp_path / "home", namespace, pseudonym_key=NEW, pseudonym_key_before=OLD) as storage:
        session = await session_of(storage, namespace)
        assert await session.rename_subjects([SubjectId("bob")]) == 1
        assert (await rekey_pseudonyms(session, quiet)).rows == 2
        assert (await verify_audit(session, quiet)).holds


def plant_settings(database: Dsns, namespace: Namespace, *subjects: str) -> None:
    with psycopg.connect(database.superuser) as connection:
        for each in subjects:
            connection.execute(
                "INSERT INTO tessella.personalization_settings VALUES (%s, %s, true, false)", [namespace, each]
            )
