"""What the chains make of an audit that has been in use: every row is kept, and told apart from chained ones."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tessella import usecases
from tessella.domain.identifiers import Namespace
from tessella.domain.privacy.audit_check import Problem
from tessella.ports import AuditQuery
from tessella.storage.embedded import Server
from tessella.storage.migrations import upgrade
from tessella.usecases.verify_audit import AuditVerdict
from tests.audits import record, tamper, until_stored
from tests.database import Dsns, session_of, storage_with
from tests.storage.databases import database_of_the_first_migration

OLD = Namespace("old")
ROWS = """
INSERT INTO tessella.decision_audit
SELECT 'old', ('00000000-0000-7000-8000-00000000000' || n)::uuid, NULL, 'vip', NULL, 'main', 1, now(), now(),
       '{"config": {"alpha": 1.0}, "reasons": [], "facts_as_of": null, "features": {}, "campaign_id": null,
         "overrides": {}}'
  FROM generate_series(1, 3) AS n
"""


@pytest.fixture
def upgraded(postgres: Server) -> Iterator[Dsns]:
    """A database in which three decisions were recorded before there were chains."""
    with database_of_the_first_migration(postgres) as dsns:
        with psycopg.connect(dsns.superuser) as connection:
            connection.execute("INSERT INTO tessella.namespaces VALUES ('old')")
            connection.execute("INSERT INTO tessella.snapshot_versions VALUES ('old', 0)")
            connection.execute(ROWS)
        upgrade(dsns.superuser)
        yield dsns


async def verdict_of(dsns: Dsns, home: Path) -> AuditVerdict:
    async with storage_with(dsns.app, home) as storage:
        return await usecases.verify_audit(await session_of(storage, OLD), lambda share: None)


@pytest.mark.anyio
async def test_old_rows_are_listed_as_before_and_new_ones_are_chained_after_them(
    upgraded: Dsns, tmp_path: Path
) -> None:
    async with storage_with(upgraded.app, tmp_path / "home") as storage:
        session = await session_of(storage, OLD)
        made = await record(session)
        await until_stored(upgraded, OLD, 4)
        newest, *old = (await session.audit(AuditQuery()))[0]
    assert (newest.decision_id, newest.sequence) == (made, 1)
    assert [(row.segment_id, row.writer, row.body["config"]) for row in old] == [("vip", None, {"alpha": 1.0})] * 3


@pytest.mark.anyio
async def test_old_rows_are_told_apart_and_one_that_is_gone_is_missed(upgraded: Dsns, tmp_path: Path) -> None:
    verdict = await verdict_of(upgraded, tmp_path / "home")
    assert (verdict.holds, verdict.rows, verdict.writers, verdict.unchained_rows) == (True, 0, 0, 3)
    tamper(upgraded, OLD, "DELETE FROM tessella.decision_audit WHERE namespace = :ns AND decision_id::text LIKE '%2'")
    (fault,) = (await verdict_of(upgraded, tmp_path / "home")).faults
    assert (fault.problem, fault.text) == (
        Problem.UNCHAINED, "2 rows have no writer; there were 3 when the chains began.",
    )  # fmt: skip


def test_no_row_without_a_writer_can_be_added(upgraded: Dsns) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="decision_audit_is_chained"):
        tamper(upgraded, OLD, ROWS.replace("generate_series(1, 3)", "generate_series(4, 4)"))
