"""How many subjects each segment held, calculation by calculation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.tally import Tally
from tessella.domain.identifiers import Namespace, SegmentId
from tessella.ports.audiences import SegmentCount
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import read_id
from tessella.storage.times import micros

_ADD: Final = """
INSERT INTO tessella.audience_counts (namespace, version, segment_id, position, members, first_matches)
VALUES (%s, %s, %s, %s, %s, %s)
"""
_ROW: Final = f"version::text, {micros('as_of')}, subjects, segment_id, members, first_matches"
_OF_ONE: Final = f"""
SELECT {_ROW} FROM tessella.audience_counts JOIN tessella.audience_calculations USING (namespace, version)
 WHERE namespace = %s AND version = %s ORDER BY position
"""
_TREND: Final = f"""
SELECT {_ROW} FROM tessella.audience_counts JOIN tessella.audience_calculations USING (namespace, version)
 WHERE namespace = %(namespace)s AND (%(segment)s::text IS NULL OR segment_id = %(segment)s)
   AND version IN (SELECT version FROM tessella.audience_calculations
                    WHERE namespace = %(namespace)s AND state IN ('active', 'superseded')
                    ORDER BY version DESC LIMIT %(limit)s)
 ORDER BY version DESC, position
"""


async def add(connection: Connection, audience: Audience, tally: Tally) -> None:
    """Keep what a calculation counted."""
    async with connection.cursor() as cursor:
        await cursor.executemany(_ADD, list(_rows(audience, tally)))


async def of_one(connection: Connection, namespace: Namespace, version: str) -> list[SegmentCount]:
    """What one calculation counted, in the order of its segments."""
    rows = await connection.execute(_OF_ONE, [namespace, read_id(version, "calculation")])
    return [SegmentCount(*row) for row in await rows.fetchall()]


async def trend(
    connection: Connection, namespace: Namespace, segment_id: SegmentId | None, limit: int
) -> list[SegmentCount]:
    """What the last calculations counted, the newest first."""
    asked = {"namespace": namespace, "segment": segment_id, "limit": limit}
    return [SegmentCount(*row) for row in await (await connection.execute(_TREND, asked)).fetchall()]


def _rows(audience: Audience, tally: Tally) -> Iterator[tuple[Any, ...]]:
    for at, each in enumerate(audience.segments):
        members, first = int(tally.members[at]), int(tally.first[at])
        yield audience.namespace, audience.version, each.segment_id, at, members, first
