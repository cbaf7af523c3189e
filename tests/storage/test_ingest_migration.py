"""What the third migration makes of a database that has events: each is still the same event."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.storage.embedded import Server
from tessella.storage.errors import EventConflict
from tessella.storage.migrations import upgrade
from tests.database import Dsns, session_of, storage_with
from tests.storage.databases import database_of_the_first_migration

SHOP = Namespace("shop")
#: As the first version of Tessella stored an event.
STORE = """
INSERT INTO tessella.events (namespace, event_id, subject_id, event_type, occurred_at, item_id, value, properties,
                             body_hash)
SELECT 'shop', *, hash_record_extended(ROW(subject_id, event_type, occurred_at, item_id, value, properties), 0)
  FROM (VALUES ('e1', 'ann', 'buy', timestamptz '2026-01-01T00:00:00Z', 'milk', 2.5::float8, '{"store": "7"}'::jsonb),
               ('e2', 'bob', 'look', timestamptz '2026-01-01T00:00:00Z', NULL, NULL, '{}'::jsonb))
       AS sent (event_id, subject_id, event_type, occurred_at, item_id, value, properties)
"""
NEW_YEAR = Instant(1_767_225_600_000_000)


@pytest.fixture
def upgraded(postgres: Server) -> Iterator[Dsns]:
    with database_of_the_first_migration(postgres) as dsns:
        with psycopg.connect(dsns.superuser) as connection:
            connection.execute("INSERT INTO tessella.namespaces VALUES ('shop')")
            connection.execute("INSERT INTO tessella.snapshot_versions VALUES ('shop')")
            connection.execute(STORE)
        upgrade(dsns.superuser)
        yield dsns


@pytest.mark.anyio
async def test_events_of_before_are_known_and_still_refuse_another_body(upgraded: Dsns, tmp_path: Path) -> None:
    known = [
        Event("e1", SubjectId("ann"), "buy", NEW_YEAR, "milk", 2.5, {"store": "7"}),
        Event("e2", SubjectId("bob"), "look", NEW_YEAR),
    ]
    changed = Event("e2", SubjectId("bob"), "look", NEW_YEAR, value=0.0)
    async with storage_with(upgraded.app, tmp_path / "home") as storage:
        added = await (await session_of(storage, SHOP)).add_events([*known, changed])
    assert (added.accepted, added.duplicates, [type(each) for each in added.rejected]) == (0, 2, [EventConflict])


def test_events_of_before_came_of_no_decision_and_wait_to_be_counted_for_none(upgraded: Dsns) -> None:
    with psycopg.connect(upgraded.superuser) as connection:
        found = connection.execute("SELECT event_id, decision_id FROM tessella.events ORDER BY 1").fetchall()
        pending = connection.execute("SELECT FROM tessella.outcomes_pending").rowcount
    assert (found, pending) == ([("e1", None), ("e2", None)], 0)
