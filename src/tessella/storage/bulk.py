"""Events and facts by the million, as CSV: COPY into a temporary table, then one INSERT that row security checks."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import Final, cast

from psycopg import sql

from tessella.domain.errors import WrongShape
from tessella.domain.features.readings import PROPERTY
from tessella.domain.identifiers import FeatureName, Instant, Namespace
from tessella.domain.privacy.consent import Whose
from tessella.storage.connections.connecting import Connection
from tessella.storage.events import SENT_COLUMNS, insert_from, read_from
from tessella.storage.facts import REPLACE
from tessella.storage.sharing import MAY_BE_READ
from tessella.storage.times import micros, timestamptz

_MEMORY: Final = "SET LOCAL temp_buffers = '64MB'; SET LOCAL work_mem = '128MB'"
#: What is handed on at once.
_PIECE_BYTES: Final = 64 * 1024
_COPY: Final = "COPY pg_temp.sent FROM STDIN (FORMAT csv)"

_SENT_EVENTS: Final = f"CREATE TEMPORARY TABLE sent ({SENT_COLUMNS}) ON COMMIT DROP"
_WITHOUT_DECISION: Final = "(SELECT *, NULL::uuid AS decision_id FROM pg_temp.sent) AS sent"
_STORE_EVENTS: Final = insert_from(f"({read_from(_WITHOUT_DECISION)}) AS read")

_SENT_FACTS: Final = """
CREATE TEMPORARY TABLE sent (subject_id text COLLATE "C", feature text COLLATE "C", value jsonb, as_of bigint)
    ON COMMIT DROP
"""
_STORE_FACTS: Final = f"""
INSERT INTO tessella.subject_facts AS stored (namespace, subject_id, feature, value, as_of)
SELECT DISTINCT ON (subject_id, feature) %(namespace)s, subject_id, feature, value, {timestamptz("as_of")}
  FROM pg_temp.sent
 ORDER BY subject_id, feature, as_of DESC
{REPLACE}
"""
#: Taken back, not deleted: an older value that arrives late must not rise again, and caches learn of it by `changed`.
_TAKE_BACK: Final = f"""
UPDATE tessella.subject_facts AS stored
   SET value = 'null', as_of = {timestamptz("%(as_of)s::bigint")}, changed = pg_current_xact_id()
 WHERE namespace = %(namespace)s AND feature = ANY(%(features)s)
   AND as_of <= {timestamptz("%(as_of)s::bigint")} AND value <> 'null'
   AND NOT EXISTS (SELECT FROM pg_temp.sent
                    WHERE sent.subject_id = stored.subject_id AND sent.feature = stored.feature)
"""

#: SQL of the columns that events are read by.
_FIELDS: Final = {
    "event_id": "event_id",
    "subject_id": "subject_id",
    "event_type": "event_type",
    "occurred_at": micros("occurred_at"),
    "item_id": "item_id",
    "value": "value",
    "properties": "properties::text",
}
_EVENTS_UNTIL: Final = f"""
SELECT {{columns}} FROM tessella.events AS held
 WHERE namespace = {{namespace}} AND occurred_at <= {timestamptz("{until}::bigint")} {{since}}
   AND {{whose}}
"""
#: For a transaction that joins many rows with many. The planner takes row security to leave few rows, and takes few for
#: what has no statistics yet, which come a minute or two after an import: it would look through all of the one for each
#: of the other.
JOIN_BY_HASH: Final = "SET LOCAL enable_nestloop = off"
_EVENTS_SINCE: Final = f"AND occurred_at >= {timestamptz('{since}::bigint')}"
_LAST_EVENT: Final = f"""
SELECT {micros("max(occurred_at)")} FROM tessella.events
 WHERE namespace = %(namespace)s AND event_type = ANY(%(types)s) AND occurred_at < {timestamptz("%(before)s::bigint")}
   AND (%(since)s::bigint IS NULL OR occurred_at >= {timestamptz("%(since)s::bigint")})
"""


async def add_events_csv(connection: Connection, namespace: Namespace, rows: AsyncIterable[bytes]) -> int:
    """Store events from CSV; returns how many were new."""
    await receive(connection, _SENT_EVENTS, rows)
    return (await connection.execute(_STORE_EVENTS, {"namespace": namespace})).rowcount


async def add_facts_csv(connection: Connection, namespace: Namespace, rows: AsyncIterable[bytes]) -> int:
    """Store facts from CSV; returns how many changed something."""
    await receive(connection, _SENT_FACTS, rows)
    return (await connection.execute(_STORE_FACTS, {"namespace": namespace})).rowcount


async def replace_facts_csv(
    connection: Connection,
    namespace: Namespace,
    features: Sequence[FeatureName],
    as_of: Instant,
    rows: AsyncIterable[bytes],
) -> int:
    """Store facts from CSV and take back those of `features` that are neither among them nor newer.

    Returns how many were stored.
    """
    stored = await add_facts_csv(connection, namespace, rows)
    await connection.execute(_TAKE_BACK, {"namespace": namespace, "features": list(features), "as_of": as_of})
    return stored


async def receive(connection: Connection, table: str, rows: AsyncIterable[bytes]) -> None:
    """Take CSV into a temporary table `sent`, which `table` makes."""
    await connection.execute(_MEMORY)
    await connection.execute(table)
    async with connection.cursor().copy(_COPY) as copy:
        async for piece in rows:
            await copy.write(piece)


async def stream_events(
    connection: Connection,
    namespace: Namespace,
    columns: Sequence[str],
    until: Instant,
    since: Instant | None = None,
    whose: Whose = Whose.PERSONALIZED,
) -> AsyncIterator[bytes]:
    """Events as CSV, in pieces. Raises `WrongShape` for a column that an event does not have."""
    query = events_until(namespace, columns, until, since, whose)
    await connection.execute(JOIN_BY_HASH)
    async with connection.cursor().copy(sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(query)) as copy:
        async for piece in in_pieces(copy):
            yield piece


def events_until(
    namespace: Namespace, columns: Sequence[str], until: Instant, since: Instant | None, whose: Whose
) -> sql.Composed:
    """The query of `stream_events`."""
    earliest = sql.SQL("" if since is None else _EVENTS_SINCE).format(since=sql.Literal(since))
    return sql.SQL(_EVENTS_UNTIL).format(
        columns=sql.SQL(", ").join(_column(name) for name in columns),
        namespace=sql.Literal(namespace), until=sql.Literal(until), since=earliest,
        whose=sql.SQL(MAY_BE_READ[whose]),
    )  # fmt: skip


async def last_event(
    connection: Connection, namespace: Namespace, types: Sequence[str], *, since: Instant | None, before: Instant
) -> Instant | None:
    """When the last event of these types took place, of those from `since` until before `before`."""
    asked = {"namespace": namespace, "types": list(types), "since": since, "before": before}
    [row] = await (await connection.execute(_LAST_EVENT, asked)).fetchall()
    return cast(Instant | None, row[0])


async def in_pieces(rows: AsyncIterable[bytes | bytearray | memoryview]) -> AsyncIterator[bytes]:
    """A row comes by itself: to hand on each takes as long as to read it."""
    held = bytearray()
    async for row in rows:
        held += row
        if len(held) >= _PIECE_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _column(name: str) -> sql.Composable:
    if name.startswith(PROPERTY):
        return sql.SQL("(properties -> {})::text").format(sql.Literal(name.removeprefix(PROPERTY)))
    if name not in _FIELDS:
        raise WrongShape("/columns", f'An event has no column "{name}".', f"It has {', '.join(_FIELDS)}.")
    return sql.SQL(_FIELDS[name])
