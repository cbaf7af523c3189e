"""What the migration of outcomes makes of a database that has counted and still counts."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command

from tessella.domain.identifiers import Namespace, SegmentId
from tessella.domain.ranking.outcomes.cells import OutcomeCell
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.storage.embedded import Server
from tessella.storage.migrations import applying, upgrade
from tessella.storage.migrations.versions import v0011_outcomes
from tests.database import Dsns, session_of, storage_with
from tests.storage.databases import empty_database
from tests.storage.rows import insert
from tests.storage.test_outcomes import counted

SHOP = Namespace("shop")
DECISION = "'0190a000-0000-7000-8000-000000000000'"
BODY = """'{"items": [["tea", 1.0], ["milk", 0.5]]}'"""


def upgraded_to(dsns: Dsns, revision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database as an earlier Tessella left it."""
    to_head = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(applying.command, "upgrade", lambda config, _: to_head(config, revision))
        patched.setattr(applying, "_regenerate", lambda connection: None)
        applying.apply_migrations(dsns.superuser)


@pytest.fixture(params=["0004", v0011_outcomes.down_revision])
def upgraded(postgres: Server, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dsns]:
    with empty_database(postgres) as dsns:
        upgraded_to(dsns, request.param, monkeypatch)
        with psycopg.connect(dsns.superuser) as connection:
            connection.execute("INSERT INTO tessella.namespaces VALUES ('shop')")
            connection.execute("INSERT INTO tessella.snapshot_versions VALUES ('shop')")
            connection.execute(
                "CREATE POLICY owner ON tessella.outcome_counts TO tessella_owner USING (true);"
                "CREATE POLICY owner ON tessella.outcomes_pending TO tessella_owner USING (true);"
                "CREATE POLICY owner ON tessella.events TO tessella_owner USING (true)"
            )
            insert(connection, "outcome_counts", SHOP, segment_id="'vip'", event_type="'impression'", count="5")
            insert(connection, "outcome_counts", SHOP, segment_id="'vip'", event_type="'click'", count="2")
            insert(connection, "decision_audit", SHOP, decision_id=DECISION, segment_id="'vip'", body=BODY)
            for event_id, properties in (("'a'", "'{}'"), ("'b'", """'{"position": 9}'""")):
                told = {"event_id": event_id, "event_type": "'click'"}
                insert(connection, "events", SHOP, **told, item_id="'milk'", properties=properties)
                insert(connection, "outcomes_pending", SHOP, **told, decision_id=DECISION)
        upgrade(dsns.superuser)
        yield dsns


@pytest.mark.anyio
async def test_what_was_counted_stays_and_what_waited_is_counted_at_its_position(
    upgraded: Dsns, tmp_path: Path
) -> None:
    async with storage_with(upgraded.app, tmp_path / "home") as storage:
        assert await counted(upgraded, SHOP) == {"vip": OutcomeCounts(5, 4)}
        found = await (await session_of(storage, SHOP)).outcome_cells()
    vip = SegmentId("vip")
    assert list(found) == [
        OutcomeCell(vip, None, None, OutcomeCounts(5, 2)),
        OutcomeCell(vip, None, 2, OutcomeCounts(clicks=1)),
        OutcomeCell(vip, None, 9, OutcomeCounts(clicks=1)),
    ]
