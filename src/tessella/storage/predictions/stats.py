"""What was predicted of whole segments, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.identifiers import Instant, Namespace, SegmentId
from tessella.domain.predictions.segment.stats import Stats
from tessella.domain.predictions.segment.told import SegmentStats
from tessella.domain.predictions.target import PredictionType
from tessella.domain.typed import convert
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros, timestamptz

#: How long stats are kept.
RETENTION_DAYS: Final = 400
_ADD: Final = f"""
INSERT INTO tessella.segment_prediction_stats (namespace, segment_id, made_at, as_of, members, stats, made_from)
VALUES (%(namespace)s, %(segment)s, {timestamptz("%(made_at)s::bigint")}, {timestamptz("%(as_of)s::bigint")},
        %(members)s, %(stats)s, %(made_from)s)
ON CONFLICT DO NOTHING
"""
_FORGET: Final = f"""
DELETE FROM tessella.segment_prediction_stats
 WHERE namespace = %s AND made_at < now() - interval '{RETENTION_DAYS} days'
"""
_STATS: Final = f"segment_id, {micros('made_at')}, {micros('as_of')}, members, stats, made_from"
_LATELY: Final = f"""
  FROM tessella.segment_prediction_stats
 WHERE namespace = %(namespace)s AND segment_id = %(segment)s AND made_at >= {timestamptz("%(moment)s::bigint")}"""
_SINCE: Final = f"SELECT {_STATS} {_LATELY} ORDER BY made_at"
#: In UTC.
_DAY: Final = "(made_at AT TIME ZONE 'UTC')::date"
_BY_DAY: Final = f"SELECT DISTINCT ON ({_DAY}) {_STATS} {_LATELY} ORDER BY {_DAY}, made_at DESC"


async def add(connection: Connection, namespace: Namespace, stats: Sequence[SegmentStats]) -> None:
    """Keep them, and forget what is older than `RETENTION_DAYS`."""
    async with connection.cursor() as cursor:
        await cursor.executemany(_ADD, [_row(namespace, each) for each in stats])
        await cursor.execute(_FORGET, [namespace])


async def since(
    connection: Connection, namespace: Namespace, segment_id: SegmentId, moment: Instant
) -> list[SegmentStats]:
    """Those of a segment, the oldest first."""
    return await _read(connection, _SINCE, namespace, segment_id, moment)


async def by_day(
    connection: Connection, namespace: Namespace, segment_id: SegmentId, moment: Instant
) -> list[SegmentStats]:
    """The last ones of each day, in UTC, the oldest first."""
    return await _read(connection, _BY_DAY, namespace, segment_id, moment)


async def _read(
    connection: Connection, sql: str, namespace: Namespace, segment_id: SegmentId, moment: Instant
) -> list[SegmentStats]:
    rows = await connection.execute(sql, {"namespace": namespace, "segment": segment_id, "moment": moment})
    return [_stats(row) for row in await rows.fetchall()]


def _row(namespace: Namespace, each: SegmentStats) -> dict[str, Any]:
    return {
        "namespace": namespace, "segment": each.segment_id, "made_at": each.made_at, "as_of": each.as_of,
        "members": each.members, "stats": Jsonb(msgspec.to_builtins(each.stats)), "made_from": each.made_from,
    }  # fmt: skip


def _stats(row: Sequence[Any]) -> SegmentStats:
    segment_id, made_at, as_of, members, told, made_from = row
    stats = convert(told, dict[PredictionType, Stats])
    return SegmentStats(segment_id, made_at, as_of, members, stats, made_from)
