"""Where the system before and this one answered otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from psycopg.types.json import Jsonb

from tessella.domain.identifiers import GameId, Instant, Namespace
from tessella.ports.taxonomy import Difference
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import new_id
from tessella.storage.times import micros, timestamptz

#: How long they are kept.
RETENTION_DAYS: Final = 90
_ADD: Final = f"""
INSERT INTO tessella.taxonomy_differences
       (namespace, difference_id, game_id, player, at, asked, strategy, answered, similarity, causes)
VALUES (%(namespace)s, %(difference_id)s, %(game_id)s, %(player)s, {timestamptz("%(at)s::bigint")}, %(asked)s,
        %(strategy)s, %(answered)s, %(similarity)s, %(causes)s)
"""
_SINCE: Final = f"""
SELECT game_id, player, {micros("at")}, asked, strategy, answered, similarity, causes
  FROM tessella.taxonomy_differences
 WHERE namespace = %(namespace)s AND game_id = %(game_id)s AND at >= {timestamptz("%(since)s::bigint")}
 ORDER BY at DESC, difference_id DESC LIMIT %(limit)s
"""
_FORGET: Final = f"""
DELETE FROM tessella.taxonomy_differences WHERE namespace = %s AND at < now() - interval '{RETENTION_DAYS} days'
"""


async def add(connection: Connection, namespace: Namespace, found: Sequence[Difference]) -> None:
    """Store some."""
    async with connection.cursor() as cursor:
        await cursor.executemany(_ADD, [_row(namespace, each) for each in found])


async def since(
    connection: Connection, namespace: Namespace, game_id: GameId, moment: Instant, limit: int
) -> list[Difference]:
    """Those of a game from a moment on, the newest first."""
    asked = {"namespace": namespace, "game_id": game_id, "since": moment, "limit": limit}
    return [Difference(*row) for row in await (await connection.execute(_SINCE, asked)).fetchall()]


async def forget_old(connection: Connection, namespace: Namespace) -> None:
    """Remove those that are older than `RETENTION_DAYS`."""
    await connection.execute(_FORGET, [namespace])


def _row(namespace: Namespace, each: Difference) -> dict[str, Any]:
    return {
        "namespace": namespace, "difference_id": new_id(), "game_id": each.game_id, "player": each.player,
        "at": each.at, "asked": each.asked, "strategy": each.strategy, "answered": each.answered,
        "similarity": each.similarity, "causes": Jsonb(list(each.causes)),
    }  # fmt: skip
