"""Where players stand: all of a game are replaced at once."""

from __future__ import annotations

from collections.abc import AsyncIterable, Sequence
from typing import Any, Final

from tessella.domain.identifiers import GameId, Namespace, SubjectId
from tessella.ports.taxonomy import StoredProfile
from tessella.storage.bulk import receive
from tessella.storage.connections.connecting import Connection
from tessella.storage.subject_names import is_storable
from tessella.storage.taxonomy import refreshes
from tessella.storage.taxonomy.baselines import CONSENTING, REFUSE_OPTED_OUT
from tessella.storage.times import micros

_SENT: Final = """
CREATE TEMPORARY TABLE sent (
    player_id text COLLATE "C", days integer, variance_coverage float8, confidence float8, memberships jsonb
) ON COMMIT DROP
"""
_COLUMNS: Final = "days, variance_coverage, confidence, memberships"
_STORE: Final = f"""
INSERT INTO tessella.player_profiles AS stored (namespace, game_id, player_id, version, {_COLUMNS}, updated_at)
SELECT %(namespace)s, %(game_id)s, player_id, %(version)s, {_COLUMNS}, now() FROM pg_temp.sent
ON CONFLICT (namespace, game_id, player_id) DO UPDATE
   SET version = excluded.version, days = excluded.days, variance_coverage = excluded.variance_coverage,
       confidence = excluded.confidence, memberships = excluded.memberships, updated_at = excluded.updated_at
 WHERE (stored.version, stored.days, stored.variance_coverage, stored.confidence, stored.memberships) IS DISTINCT FROM
       (excluded.version, excluded.days, excluded.variance_coverage, excluded.confidence, excluded.memberships)
"""
_REMOVE: Final = """
DELETE FROM tessella.player_profiles AS stored
 WHERE namespace = %(namespace)s AND game_id = %(game_id)s
   AND NOT EXISTS (SELECT FROM pg_temp.sent WHERE sent.player_id = stored.player_id)
"""
_COUNT: Final = "SELECT count(*) FROM pg_temp.sent"
_ONE: Final = f"""
SELECT player_id, game_id, version, {_COLUMNS}, {micros("updated_at")} FROM tessella.player_profiles AS stored
 WHERE namespace = %s AND game_id = %s AND player_id = %s AND {CONSENTING}
"""


async def replace(
    connection: Connection, namespace: Namespace, game_id: GameId, version: int, rows: AsyncIterable[bytes]
) -> int:
    """Store all of a game in an open transaction; returns how many there are."""
    told = {"namespace": namespace, "game_id": game_id, "version": version}
    await receive(connection, _SENT, rows)
    await refreshes.wait_for_others(connection, namespace, game_id)
    for statement in (REFUSE_OPTED_OUT, _STORE, _REMOVE):
        await connection.execute(statement, told)
    await refreshes.profiled(connection, namespace, game_id, version)
    [(players,)] = await (await connection.execute(_COUNT)).fetchall()
    return int(players)


async def one(
    connection: Connection, namespace: Namespace, game_id: GameId, player_id: SubjectId
) -> StoredProfile | None:
    """Where a player stood."""
    if not is_storable(player_id):
        return None
    found: Sequence[Any] | None = await (await connection.execute(_ONE, [namespace, game_id, player_id])).fetchone()
    return None if found is None else StoredProfile(*found)
