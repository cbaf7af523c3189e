"""What has been kept for as long as it may be goes, and nothing else; the audit verifies after its beginning went."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import psycopg
import pytest

from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.privacy.audit_check import AuditCheck
from tessella.ports.clock import present
from tessella.storage.store import Storage
from tessella.usecases.privacy.retention import enforce_retention, expired
from tessella.usecases.verify_audit import verify_audit
from tests.audits import record, until_stored
from tests.database import Dsns, session_of, storage_with
from tests.storage.rows import insert

pytestmark = pytest.mark.anyio

#: By table, the column that tells how old a row is, and how long it is kept (requirement D; of the last two ours).
TERMS = {
    "personalization_features": ("computed_at", "30 days"),
    "personalization_ranks": ("computed_at", "24 hours"),
    "personalization_eval": ("evaluated_at", "365 days"),
    "events": ("received_at", "400 days"),
}
NAMES = {
    "personalization_features": "user_id", "personalization_ranks": "user_id", "personalization_eval": "metric",
    "events": "event_id",
}  # fmt: skip


def quiet(_: float) -> None:
    """Nobody watches."""


def plant(database: Dsns, namespace: Namespace) -> None:
    """In each table a row that has just come of age, and one that will in an hour."""
    with psycopg.connect(database.superuser) as connection:
        for table, (column, term) in TERMS.items():
            for who, aside in (("old", "- interval '1 minute'"), ("young", "+ interval '1 hour'")):
                moment = f"now() - interval '{term}' {aside}"
                valid = {"valid_until": "now() + interval '1 hour'"} if table == "personalization_ranks" else {}
                insert(connection, table, namespace, **{NAMES[table]: f"'{who}'", column: moment, **valid})
        for who in ("old", "young"):
            insert(connection, "personalization_rationales", namespace, user_id=f"'{who}'")


def left(database: Dsns, namespace: Namespace) -> Mapping[str, list[str]]:
    with psycopg.connect(database.superuser) as connection:
        return {
            table: [
                each
                for (each,) in connection.execute(
                    f"SELECT {name} FROM tessella.{table} WHERE namespace = %s ORDER BY 1", [namespace]
                ).fetchall()
            ]
            for table, name in (NAMES | {"personalization_rationales": "user_id"}).items()
        }


async def test_rows_go_when_their_term_is_over_and_no_hour_before(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    plant(database, namespace)
    session = await session_of(storage, namespace)
    assert dict(await expired(session, now=present())) == {**dict.fromkeys(TERMS, 1), "decision_audit": 0}
    assert set(chain.from_iterable(left(database, namespace).values())) == {"old", "young"}
    assert dict(await enforce_retention(session, now=present())) == {**dict.fromkeys(TERMS, 1), "decision_audit": 0}
    assert left(database, namespace) == {name: ["young"] for name in (*TERMS, "personalization_rationales")}


async def test_a_ranking_that_is_not_valid_any_more_goes_before_its_term(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    with psycopg.connect(database.superuser) as connection:
        for who, until in (("expired", "now() - interval '1 second'"), ("valid", "now() + interval '1 hour'")):
            insert(connection, "personalization_ranks", namespace, user_id=f"'{who}'", valid_until=until)
            insert(connection, "personalization_rationales", namespace, user_id=f"'{who}'")
    session = await session_of(storage, namespace)
    assert (await expired(session, now=present()))["personalization_ranks"] == 1
    assert (await enforce_retention(session, now=present()))["personalization_ranks"] == 1
    found = left(database, namespace)
    assert (found["personalization_ranks"], found["personalization_rationales"]) == (["valid"], ["valid"])


async def test_the_terms_are_settings(database: Dsns, namespace: Namespace, tmp_path: Path) -> None:
    async with storage_with(
        database.app, tmp_path / "home", namespace, features_kept_days=60, rankings_kept_hours=48,
        evaluations_kept_days=900, events_kept_days=800,
    ) as storage:  # fmt: skip
        plant(database, namespace)
        session = await session_of(storage, namespace)
        assert set((await expired(session, now=present())).values()) == {0}


async def test_an_event_of_long_ago_that_was_imported_today_is_kept(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    with psycopg.connect(database.superuser) as connection:
        insert(connection, "events", namespace, occurred_at="'2017-01-01'")
    assert (await enforce_retention(await session_of(storage, namespace), now=present()))["events"] == 0


async def test_old_decisions_go_from_the_beginning_of_the_chain_which_verifies_and_goes_on(
    own_storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(own_storage, namespace)
    for _ in range(5):
        await record(session)
    await until_stored(database, namespace, 5)
    age(database, namespace, 3)
    assert (await expired(session, now=in_days(399)))["decision_audit"] == 3
    assert (await enforce_retention(session, now=in_days(399)))["decision_audit"] == 3
    await record(session)
    await until_stored(database, namespace, 3)
    verdict = await verify_audit(session, quiet)
    assert [each.text for each in verdict.faults if "fit its hash" not in each.text] == []
    assert verdict.rows == 3


async def test_a_writer_whose_rows_have_all_gone_goes_on_from_the_cut(
    own_storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(own_storage, namespace)
    for _ in range(3):
        await record(session)
    await until_stored(database, namespace, 3)
    assert (await enforce_retention(session, now=in_days(401)))["decision_audit"] == 3
    session._parts.audit.forget()
    await record(session)
    await until_stored(database, namespace, 1)
    verdict = await verify_audit(session, quiet)
    assert (verdict.holds, verdict.rows) == (True, 1)


@pytest.mark.parametrize("change", ["cut = cut - 1", "cut_hash = sha256('x')", "cut_seal = sha256('x')"])
async def test_whoever_moves_the_cut_is_found(
    storage: Storage, namespace: Namespace, database: Dsns, change: str
) -> None:
    session = await session_of(storage, namespace)
    for _ in range(3):
        await record(session)
    await until_stored(database, namespace, 3)
    await enforce_retention(session, now=in_days(401))
    assert (await verify_audit(session, quiet)).holds
    with psycopg.connect(database.superuser) as connection:
        connection.execute(f"UPDATE tessella.audit_heads SET {change} WHERE namespace = %s", [namespace])
    assert not (await verify_audit(session, quiet)).holds


async def test_an_audit_that_is_cut_while_it_is_verified_is_not_taken_for_a_torn_one(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    for _ in range(3):
        await record(session)
    await until_stored(database, namespace, 3)
    age(database, namespace, 2)
    check = AuditCheck(await session.audit_extent(), session.audit_mac)
    assert (await enforce_retention(session, now=in_days(399)))["decision_audit"] == 2
    faults = [fault async for link in session.audit_links() for fault in check.take(link)]
    faults += check.finish(await session.audit_extent())
    assert faults == []


async def test_whoever_deletes_the_first_rows_without_the_key_is_found(
    storage: Storage, namespace: Namespace, database: Dsns
) -> None:
    session = await session_of(storage, namespace)
    for who in ("ann", "bob", "eve"):
        await record(session, subject_id=SubjectId(who))
    await until_stored(database, namespace, 3)
    with psycopg.connect(database.superuser) as connection:
        connection.execute("DELETE FROM tessella.decision_audit WHERE namespace = %s AND sequence = 1", [namespace])
    assert [each.problem for each in (await verify_audit(session, quiet)).faults] == ["missing"]


def in_days(days: float) -> Instant:
    return Instant(present() + int(days * 86_400_000_000))


def age(database: Dsns, namespace: Namespace, rows: int) -> None:
    """The first rows were recorded two days earlier: they do not fit their hashes any more, and that is found."""
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE tessella.decision_audit SET recorded_at = recorded_at - interval '2 days' "
            "WHERE namespace = %s AND sequence <= %s",
            [namespace, rows],
        )
