"""Who entered and left which segment: stored with the calculation that found it, and told to who wants to know."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from itertools import groupby
from typing import Any, Final

from psycopg import sql

from tessella.domain.audiences.membership import Cause
from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Instant, Namespace, SegmentId
from tessella.domain.notices.notice import MEMBERSHIP_EVENTS, MOST_SUBJECTS, Notice, membership_notice
from tessella.ports.audiences import MembershipChange
from tessella.ports.clock import present
from tessella.storage.bulk import receive
from tessella.storage.connections.connecting import Connection
from tessella.storage.notices.announcing import Announcer
from tessella.storage.notices.webhooks import webhooks_held
from tessella.storage.sharing import shares_data
from tessella.storage.times import micros, timestamptz

#: How long changes can be read.
RETENTION_DAYS: Final = 90
_SENT: Final = """
CREATE TEMPORARY TABLE sent
    (place bigint, segment_id text COLLATE "C", subject_id text COLLATE "C", entered boolean, cause text) ON COMMIT DROP
"""
_STORE: Final = f"""
INSERT INTO tessella.membership_changes (namespace, number, version, segment_id, subject_id, entered, cause, as_of)
SELECT %(namespace)s, %(before)s + place, %(version)s, segment_id, subject_id, entered, cause,
       {timestamptz("%(as_of)s::bigint")}
  FROM pg_temp.sent
"""
_LAST: Final = "SELECT coalesce(max(last_change), 0) FROM tessella.audience_calculations WHERE namespace = %s"
_COUNTED: Final = "UPDATE tessella.audience_calculations SET last_change = %s WHERE namespace = %s AND version = %s"
#: Of those who share data: what is announced leaves the house.
_SORTED: Final = f"""
SELECT segment_id, entered, subject_id FROM pg_temp.sent WHERE {shares_data("{namespace}", "sent.subject_id")}
 ORDER BY place
"""
_FORGET: Final = f"""
DELETE FROM tessella.membership_changes
 WHERE namespace = %s AND found_at < now() - interval '{RETENTION_DAYS} days'
"""
_PAGE: Final = f"""
SELECT number, segment_id, subject_id, entered, cause, version::text, {micros("as_of")}
  FROM tessella.membership_changes
 WHERE namespace = %s AND segment_id = %s AND number > %s
 ORDER BY number
 LIMIT %s
"""
_LARGEST: Final = 2**63 - 1


async def store(
    connection: Connection, namespace: Namespace, version: str, as_of: Instant, rows: AsyncIterable[bytes] | None
) -> int:
    """Keep the changes that a calculation found, from CSV, and forget old ones; returns how many there were."""
    [(before,)] = await (await connection.execute(_LAST, [namespace])).fetchall()
    stored = 0
    if rows is not None:
        await receive(connection, _SENT, rows)
        told = {"namespace": namespace, "version": version, "as_of": as_of, "before": before}
        stored = (await connection.execute(_STORE, told)).rowcount
    await connection.execute(_COUNTED, [before + stored, namespace, version])
    await connection.execute(_FORGET, [namespace])
    return stored


async def announce(
    connection: Connection, namespace: Namespace, version: str, as_of: Instant, announcer: Announcer
) -> None:
    """Have those told who want to be of the changes that were just stored, in the same transaction.

    Of subjects who do not share data nobody is told.
    """
    held = await webhooks_held(connection, namespace)
    if not any(each.webhook.is_on and not each.webhook.events.isdisjoint(MEMBERSHIP_EVENTS.values()) for each in held):
        return
    async for some in _in_parts(connection, namespace):
        notices = _notices(some, version, as_of)
        await announcer.announce(connection, namespace, notices, present())


async def page(
    connection: Connection, namespace: Namespace, segment_id: SegmentId, limit: int, cursor: str | None
) -> tuple[Sequence[MembershipChange], str]:
    """Changes after a cursor, and the next one, which stands where it stood when there is none. Raises `WrongShape`."""
    after = _number(cursor)
    rows = await (await connection.execute(_PAGE, [namespace, segment_id, after, limit])).fetchall()
    found = [_change(row) for row in rows]
    return found, str(found[-1].number if found else after)


async def _in_parts(connection: Connection, namespace: Namespace) -> AsyncIterator[list[tuple[Any, ...]]]:
    async with connection.cursor(name="changes") as cursor:
        await cursor.execute(sql.SQL(_SORTED).format(namespace=sql.Literal(namespace)))
        while some := await cursor.fetchmany(MOST_SUBJECTS):
            yield some


def _notices(rows: Sequence[tuple[Any, ...]], version: str, as_of: Instant) -> list[Notice]:
    return [
        membership_notice(MEMBERSHIP_EVENTS[entered], segment_id, [subject for *_, subject in some], version, as_of)
        for (segment_id, entered), some in groupby(rows, key=lambda row: row[:2])
    ]


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and int(cursor) <= _LARGEST):
        raise WrongShape("/query/cursor", "This is no cursor.", "Send the next_cursor of the page before.")
    return int(cursor)


def _change(row: Sequence[Any]) -> MembershipChange:
    number, segment_id, subject_id, entered, cause, version, as_of = row
    return MembershipChange(number, segment_id, subject_id, entered, Cause(cause), version, as_of)
