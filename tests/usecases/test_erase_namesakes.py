"""Erasing a subject whose id is also the name of something else: what only shares the name stays as it is."""

import psycopg
import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.ports.jobs import Attempt, Job, RunError
from tessella.storage.store import Storage
from tessella.usecases.alerts import list_alerts
from tessella.usecases.privacy.erase import ask_for_erasure, erase_subject, read_erasure
from tessella.usecases.watch_jobs import watch_job
from tessella.warehouse.duckdb import DuckDBWarehouse
from tests.database import Dsns, session_of
from tests.storage.rows import insert

pytestmark = pytest.mark.anyio


def quiet(_: float) -> None:
    """Nobody watches."""


@pytest.mark.parametrize("name", ["subject_id", "shop", "full"])
async def test_other_jobs_that_are_to_be_done_are_asked_what_they_were_asked(
    storage: Storage, namespace: Namespace, warehouse: DuckDBWarehouse, name: str
) -> None:
    session = await session_of(storage, namespace)
    asked = [
        (Job.ERASE_SUBJECT, {"subject_id": "bob"}),
        (Job.CALCULATE_AUDIENCES, {"kind": "full", "as_of": "2026-01-01T00:00:00+00:00"}),
    ]
    runs = [await session.ask_for(job, inputs) for job, inputs in asked]
    await erase_subject(session, warehouse, SubjectId(name), quiet, settle_seconds=0.0)
    assert [(await session.run(each.run_id)).inputs for each in runs] == [inputs for _, inputs in asked]


async def test_what_a_failed_job_says_can_still_be_read(
    storage: Storage, namespace: Namespace, database: Dsns, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(storage, namespace)
    error = """'{"kind": "E", "message": "No subject \\"message\\".", "faults": []}'"""
    with psycopg.connect(database.superuser) as connection:
        insert(connection, "job_runs", namespace, state="'failed'", error=error, run_id="gen_random_uuid()")
    done = await erase_subject(session, warehouse, SubjectId("message"), quiet, settle_seconds=0.0)
    with psycopg.connect(database.superuser) as connection:
        query = "SELECT error ->> 'message' FROM tessella.job_runs WHERE namespace = %s"
        [(message,)] = connection.execute(query, [namespace]).fetchall()
    assert message == f'No subject "erased:{done.user_hash}".'


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ('{"delivery_id":"d","segment_id":"vip","subject_ids":["ann"]}', None),
        ('{"delivery_id":"d","event":"vip","key":"x"}', None),
        (r'{"delivery_id":"d","detail":"Of \"vip\"."}', r'{"delivery_id":"d","detail":"Of \"erased:HASH\"."}'),
        ('{"delivery_id":"d","subject_ids":["vip","ann"]}', '{"delivery_id":"d","subject_ids":["ann"]}'),
    ],
)
async def test_messages_that_wait_are_sent_unless_they_are_about_the_subject(
    storage: Storage, namespace: Namespace, database: Dsns, warehouse: DuckDBWarehouse, body: str, left: str | None
) -> None:
    session = await session_of(storage, namespace)
    with psycopg.connect(database.superuser) as connection:
        insert(connection, "deliveries", namespace, body=f"'{body}'")
    done = await erase_subject(session, warehouse, SubjectId("vip"), quiet, settle_seconds=0.0)
    with psycopg.connect(database.superuser) as connection:
        kept = connection.execute("SELECT body FROM tessella.deliveries WHERE namespace = %s", [namespace]).fetchall()
    assert kept == [((left or body).replace("HASH", str(done.user_hash)),)]


async def test_answers_that_only_have_a_field_of_the_name_are_kept(
    storage: Storage, namespace: Namespace, database: Dsns, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(storage, namespace)
    with psycopg.connect(database.superuser) as connection:
        for key, answer in (("k1", '{"accepted": 1}'), ("k2", '{"told": "accepted"}')):
            insert(connection, "idempotency_keys", namespace, key=f"'{key}'", answer=f"'{answer}'", subject_id="''")
    await erase_subject(session, warehouse, SubjectId("accepted"), quiet, settle_seconds=0.0)
    with psycopg.connect(database.superuser) as connection:
        query = "SELECT key FROM tessella.idempotency_keys WHERE namespace = %s"
        assert connection.execute(query, [namespace]).fetchall() == [("k1",)]


def test_a_subject_whose_id_begins_as_what_an_erasure_leaves_is_erased_all_the_same() -> None:
    assert read_erasure({"subject_id": "erased:bob"}) == "erased:bob"
    assert read_erasure({"subject_id": f"erased:{'0' * 32}"}) is None


@pytest.mark.parametrize("named", ["", 5, None, ["ann"], "a" * 257, "a\0"])
def test_a_job_that_names_nobody_erases_nothing(named: object) -> None:
    with pytest.raises(WrongShape):
        read_erasure({"subject_id": named})


async def test_what_an_erasure_has_left_is_no_subject_to_erase(storage: Storage, namespace: Namespace) -> None:
    with pytest.raises(WrongShape):
        await ask_for_erasure(await session_of(storage, namespace), f"erased:{'0' * 32}")


async def test_no_alert_says_who_was_to_be_erased(storage: Storage, namespace: Namespace) -> None:
    session = await session_of(storage, namespace)
    attempt = Attempt(namespace, "r1", Job.ERASE_SUBJECT, {"subject_id": "ann"}, 1, 1, 0)
    await watch_job(session, attempt, RunError("E", 'No file of "ann".', ()))
    [alert], _ = await list_alerts(session, state=None, limit=9, cursor=None)
    assert alert.key == "erase_subject r1"
    assert "ann" not in f"{alert.key} {alert.detail}"
