"""Erasing a subject: nothing of them is found again, wherever it was planted, and everybody else's stays."""

from pathlib import Path

import psycopg
import pytest

from tessella.access import MATRIX
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import FeatureName, Instant, Namespace, SegmentId, SubjectId
from tessella.domain.predictions.segment.stats import Distribution
from tessella.domain.predictions.segment.told import ScoredSegment
from tessella.domain.predictions.target import PredictionType
from tessella.ports.audiences import CalculationKind
from tessella.ports.jobs import Job
from tessella.storage.audiences.errors import AudienceUnusable
from tessella.storage.predictions.scores import ScoreFolder
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.privacy.erase import Erased, erase_subject
from tessella.usecases.verify_audit import verify_audit
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tests.audits import record, until_stored
from tests.database import Dsns, define, session_of, storage_with, until
from tests.erasing import CANARY, SECRET, files_with, hits, plant
from tests.usecases.audiences import NOW, calculated, held, know, segment

pytestmark = pytest.mark.anyio

ANN = SubjectId(CANARY)


def quiet(_: float) -> None:
    """Nobody watches."""


async def erased(session: StoredSession, warehouse: DuckDBWarehouse, subject_id: str = CANARY) -> Erased:
    return await erase_subject(session, warehouse, SubjectId(subject_id), quiet, settle_seconds=0.0)


async def test_after_an_erasure_no_table_of_the_catalogue_holds_the_subject_or_what_was_known_of_them(
    storage: Storage, namespace: Namespace, database: Dsns, warehouse: DuckDBWarehouse
) -> None:
    with psycopg.connect(database.superuser) as connection:
        planted = plant(connection, namespace)
    with psycopg.connect(database.superuser) as connection:
        assert {f"tessella.{table}" for table in planted} <= set(hits(connection, CANARY, namespace=namespace))
    session = await session_of(storage, namespace)
    done = await erased(session, warehouse)
    with psycopg.connect(database.superuser) as connection:
        assert hits(connection, CANARY, SECRET, namespace=namespace) == {}
        assert hits(connection, str(done.user_hash), namespace=namespace).keys() == {
            "tessella.erasures",
            "tessella.job_runs",
        }
    assert set(done.rows) >= planted - {"api_keys"}


async def test_an_erasure_leaves_every_row_of_others(
    storage: Storage, namespace: Namespace, database: Dsns, warehouse: DuckDBWarehouse
) -> None:
    with psycopg.connect(database.superuser) as connection:
        plant(connection, namespace)
        plant(connection, namespace, "bystander")
    await erased(await session_of(storage, namespace), warehouse)
    with psycopg.connect(database.superuser) as connection:
        kept = hits(connection, "bystander", namespace=namespace)
        [(body,)] = connection.execute(
            "SELECT body FROM tessella.deliveries WHERE namespace = %s", [namespace]
        ).fetchall()
    own = {f"tessella.{name}" for name, table in MATRIX.tables.items() if table.subject}
    assert own <= kept.keys()
    assert '"subject_ids":["bystander"]' in body


async def test_the_audit_verifies_without_the_person(
    storage: Storage, namespace: Namespace, database: Dsns, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(storage, namespace)
    for who in ("bob", CANARY, CANARY, "bob", CANARY):
        await record(session, subject_id=SubjectId(who), features={FeatureName("user.tier"): f"{SECRET} of {who}"})
    await until_stored(database, namespace, 5)
    done = await erased(session, warehouse)
    assert done.rows["decision_audit"] == 3
    verdict = await verify_audit(session, quiet)
    assert (verdict.holds, verdict.rows) == (True, 5)
    with psycopg.connect(database.superuser) as connection:
        assert hits(connection, f"{SECRET} of {CANARY}", str(done.user_hash), namespace=namespace).keys() == {
            "tessella.erasures"
        }
        assert hits(connection, f"{SECRET} of bob", namespace=namespace) == {"tessella.decision_audit": 2}


async def test_a_row_that_was_altered_before_its_subject_was_erased_stays_found(
    storage: Storage, namespace: Namespace, database: Dsns, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(storage, namespace)
    for who in ("bob", CANARY, "bob"):
        await record(session, subject_id=SubjectId(who))
    await until_stored(database, namespace, 3)
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE tessella.decision_audit SET segment_id = 'other' WHERE namespace = %s AND sequence = 2", [namespace]
        )
    await erased(session, warehouse)
    verdict = await verify_audit(session, quiet)
    assert [(each.problem, each.sequence) for each in verdict.faults] == [("altered", 2)]


async def test_whoever_alters_an_erased_row_is_found(
    storage: Storage, namespace: Namespace, database: Dsns, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(storage, namespace)
    for who in (CANARY, CANARY):
        await record(session, subject_id=SubjectId(who))
    await until_stored(database, namespace, 2)
    await erased(session, warehouse)
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE tessella.decision_audit SET segment_id = 'other' WHERE namespace = %s AND sequence = 1", [namespace]
        )
    assert (await verify_audit(session, quiet)).fault_count == 1


async def test_the_files_of_audiences_and_exports_lose_the_subjects_rows_and_no_others(
    own_storage: Storage, namespace: Namespace, tmp_path: Path, duckdb: DuckDBWorker, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(own_storage, namespace)
    await define(session, Kind.FEATURE, "user.tier", name="user.tier", type="string", source="fact")
    await segment(session, "vip", {"eq": ["user.tier", "VIP"]})
    await know(session, {who: {"user.tier": "VIP"} for who in (CANARY, "bob", "eve")})
    await calculated(session, duckdb)
    exports = tmp_path / "home" / "exports" / namespace
    exports.mkdir(parents=True)
    (exports / "vip.csv").write_bytes(f'subject_id,note\r\n{CANARY},"a\r\nb"\r\nbob,"c\r\n"\r\n'.encode())
    duckdb.query(f"COPY (SELECT unnest(['{CANARY}', 'bob']) AS subject_id) TO '{exports / 'vip'}' (FORMAT parquet)")
    assert files_with(tmp_path / "home", CANARY)
    done = await erased(session, warehouse)
    assert done.files == 3
    assert files_with(tmp_path / "home", CANARY) == []
    assert (exports / "vip.csv").read_bytes() == b'subject_id,note\r\nbob,"c\r\n"\r\n'
    assert duckdb.query(f"SELECT * FROM read_parquet('{exports / 'vip'}')") == [("bob",)]
    assert (await held(session, duckdb))["vip"] == {"bob", "eve"}


async def test_another_process_forgets_the_subject(
    own_storage: Storage, namespace: Namespace, database: Dsns, tmp_path: Path, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(own_storage, namespace)
    await define(session, Kind.FEATURE, "user.tier", name="user.tier", type="string", source="fact")
    await know(session, {CANARY: {"user.tier": "VIP"}})
    async with storage_with(database.app, tmp_path / "home") as other:
        there = await session_of(other, namespace)
        assert (await there.known(ANN)).facts.values
        cached = other._subjects._known
        assert (namespace, ANN) in cached
        await session.erase_rows(ANN)
        await until(lambda: (namespace, ANN) not in cached, "the other process forgot them")
        assert not (await there.known(ANN)).facts.values


async def test_an_erasure_that_is_asked_for_leaves_no_id_with_the_run_and_may_be_taken_up_again(
    storage: Storage, namespace: Namespace, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(storage, namespace)
    run = await session.ask_for(Job.ERASE_SUBJECT, {"subject_id": CANARY})
    await session.erase_rows(ANN)
    assert (await session.run(run.run_id)).inputs == {"subject_id": CANARY}
    done = await erased(session, warehouse)
    assert (await session.run(run.run_id)).inputs == {"subject_id": f"erased:{done.user_hash}"}


async def test_an_erasure_that_broke_off_between_a_file_and_its_manifest_is_mended_by_the_next_turn(
    own_storage: Storage, namespace: Namespace, duckdb: DuckDBWorker, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(own_storage, namespace)
    await define(session, Kind.FEATURE, "user.tier", name="user.tier", type="string", source="fact")
    await segment(session, "vip", {"eq": ["user.tier", "VIP"]})
    await know(session, {who: {"user.tier": "VIP"} for who in (CANARY, "bob")})
    await calculated(session, duckdb)
    [file] = session.personal_files()
    aside = file.path.with_name("aside")
    await warehouse.result_parquet(f"SELECT * FROM read_parquet('{file.path}') WHERE subject_id <> '{CANARY}'", aside)
    await session.replace_file(file, aside)
    with pytest.raises(AudienceUnusable):
        await session.audience()
    assert (await erased(session, warehouse)).files == 0
    assert (await held(session, duckdb))["vip"] == {"bob"}


async def test_what_comes_after_an_erasure_begins_a_new_subject(
    storage: Storage, namespace: Namespace, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(storage, namespace)
    await define(session, Kind.FEATURE, "user.tier", name="user.tier", type="string", source="fact")
    await know(session, {CANARY: {"user.tier": "VIP"}})
    await erased(session, warehouse)
    await know(session, {CANARY: {"user.tier": "new"}})
    assert (await session.known(ANN)).facts.values == {"user.tier": "new"}


async def test_results_of_predictions_for_a_segment_lose_the_subject_and_stay_readable(
    own_storage: Storage, namespace: Namespace, tmp_path: Path, duckdb: DuckDBWorker, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(own_storage, namespace)
    told = ScoredSegment(
        segment_id=SegmentId("vip"), type=PredictionType.RFM, as_of=NOW, made_at=NOW, model_version=None, members=3,
        failed=1, first_failed=(ANN, SubjectId("bob")), fault="no purchase", stats=Distribution({}),
    )  # fmt: skip
    scores = ScoreFolder(tmp_path / "home" / "predictions")
    with scores.begun(namespace, "run-1") as begun:
        part = begun.folder / "part-000000.parquet"
        duckdb.query(f"COPY (SELECT unnest(['{CANARY}', 'eve']) AS customer_id, 1 AS n) TO '{part}' (FORMAT parquet)")
        begun.keep(told)
    assert (await erased(session, warehouse)).files == 1
    left, folder = await scores.found(namespace, "run-1")
    assert left.first_failed == (SubjectId("bob"),)
    assert duckdb.query(f"SELECT customer_id FROM read_parquet('{folder}/*.parquet')") == [("eve",)]


async def test_what_an_increment_has_written_beside_the_base_loses_the_subject_too(
    own_storage: Storage, namespace: Namespace, duckdb: DuckDBWorker, warehouse: DuckDBWarehouse
) -> None:
    session = await session_of(own_storage, namespace)
    await define(session, Kind.FEATURE, "user.tier", name="user.tier", type="string", source="fact")
    await segment(session, "vip", {"eq": ["user.tier", "VIP"]})
    others = {f"s{number}" for number in range(100)}
    await know(session, {who: {"user.tier": "VIP"} for who in (CANARY, *others)})
    await calculated(session, duckdb)
    later = Instant(NOW + 1_000_000)
    await know(session, {CANARY: {"user.tier": "GOLD"}, "s1": {"user.tier": "GOLD"}}, later)
    await calculated(session, duckdb, as_of=later, kind=CalculationKind.INCREMENTAL)
    names = {each.path.name for each in session.personal_files()}
    assert names == {"audience.parquet", "delta.parquet"}
    await erased(session, warehouse)
    for each in session.personal_files():
        found = duckdb.query(f"SELECT count(*) FROM read_parquet('{each.path}') WHERE subject_id = '{CANARY}'")
        assert found == [(0,)]
    assert (await held(session, duckdb))["vip"] == others - {"s1"}
