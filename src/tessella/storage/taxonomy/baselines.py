"""Players' baselines: all of a game are replaced at once, and read one by one, by the thousand, or as a stream."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from tessella.domain.identifiers import GameId, Namespace, SubjectId
from tessella.domain.taxonomy.game import Game
from tessella.storage.bulk import receive
from tessella.storage.connections.connecting import Connection
from tessella.storage.taxonomy import refreshes
from tessella.storage.taxonomy.binary import rows_of

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline

#: Players that are handed on at once.
_AT_ONCE: Final = 2_000
_SENT: Final = """
CREATE TEMPORARY TABLE sent
       (player_id text COLLATE "C", as_of_day integer, days integer, sums float8[], recent float8[]) ON COMMIT DROP
"""
#: What is said of who has opted out, or does so while it is computed, is not kept.
REFUSE_OPTED_OUT: Final = """
DELETE FROM pg_temp.sent USING tessella.personalization_settings AS settings
 WHERE settings.namespace = %(namespace)s AND settings.subject_id = sent.player_id
   AND NOT settings.personalization_enabled
"""
_COUNT: Final = "SELECT count(*) FROM pg_temp.sent"
_STORE: Final = """
INSERT INTO tessella.player_baselines AS stored (namespace, game_id, player_id, days, sums, recent)
SELECT %(namespace)s, %(game_id)s, player_id, days, sums, recent FROM pg_temp.sent
ON CONFLICT (namespace, game_id, player_id) DO UPDATE
   SET days = excluded.days, sums = excluded.sums, recent = excluded.recent
 WHERE (stored.days, stored.sums, stored.recent) IS DISTINCT FROM (excluded.days, excluded.sums, excluded.recent)
"""
_REMOVE: Final = """
DELETE FROM tessella.player_baselines AS stored
 WHERE namespace = %(namespace)s AND game_id = %(game_id)s
   AND NOT EXISTS (SELECT FROM pg_temp.sent WHERE sent.player_id = stored.player_id)
"""
#: SQL: whether who has row `stored` has not opted out.
CONSENTING: Final = """NOT EXISTS (SELECT FROM tessella.personalization_settings AS settings
                    WHERE settings.namespace = stored.namespace AND settings.subject_id = stored.player_id
                      AND NOT settings.personalization_enabled)"""
_THESE: Final = f"""
SELECT refresh.as_of_day, refresh.metrics, stored.player_id, stored.sums, stored.recent
  FROM tessella.player_baselines AS stored JOIN tessella.taxonomy_refreshes AS refresh USING (namespace, game_id)
 WHERE stored.namespace = %s AND stored.game_id = %s AND stored.player_id = ANY(%s) AND {CONSENTING}
"""
_SAMPLE: Final = f"""
SELECT player_id FROM tessella.player_baselines AS stored
 WHERE namespace = %s AND game_id = %s AND {CONSENTING} ORDER BY hashtextextended(player_id, 0), player_id LIMIT %s
"""
_SAMPLE: Final = f"""
SELECT player_id FROM tessella.player_baselines AS stored
 WHERE namespace = %s AND game_id = %s AND {CONSENTING}
 ORDER BY md5(player_id), player_id LIMIT %s
"""
_STREAM: Final = f"""
COPY (SELECT player_id, sums, recent FROM tessella.player_baselines AS stored
       WHERE namespace = {{}} AND game_id = {{}} AND {CONSENTING}) TO STDOUT (FORMAT binary)
"""


async def replace(
    connection: Connection, namespace: Namespace, game: Game, as_of_day: int, rows: AsyncIterable[bytes]
) -> int:
    """Store all of a game in an open transaction; returns how many there are."""
    told = {"namespace": namespace, "game_id": game.game_id}
    await receive(connection, _SENT, rows)
    await refreshes.wait_for_others(connection, namespace, game.game_id)
    await connection.execute(REFUSE_OPTED_OUT, told)
    await connection.execute(_STORE, told)
    await connection.execute(_REMOVE, told)
    [(players,)] = await (await connection.execute(_COUNT)).fetchall()
    await refreshes.begin(connection, namespace, game, as_of_day, players)
    return int(players)


async def these(
    connection: Connection,
    namespace: Namespace,
    game_id: GameId,
    player_ids: Collection[SubjectId],
    metrics: tuple[str, ...],
) -> dict[SubjectId, Baseline]:
    """Those of some players."""
    found = await connection.execute(_THESE, [namespace, game_id, list(player_ids)], binary=True)
    rows = await found.fetchall()
    return {row[2]: _baseline(row[2], row[0], row[3], row[4], tuple(row[1]), metrics) for row in rows}


async def sample(connection: Connection, namespace: Namespace, game_id: GameId, count: int) -> list[SubjectId]:
    """So many players, chosen by a hash of their ids."""
    found = await connection.execute(_SAMPLE, [namespace, game_id, count])
    return [SubjectId(player_id) for (player_id,) in await found.fetchall()]


async def sample(connection: Connection, namespace: Namespace, game_id: GameId, players: int) -> list[SubjectId]:
    """The ids of so many, evenly by a hash of them."""
    found = await connection.execute(_SAMPLE, [namespace, game_id, players])
    return [SubjectId(player_id) for (player_id,) in await found.fetchall()]


async def stream(
    connection: Connection, namespace: Namespace, game_id: GameId, metrics: tuple[str, ...]
) -> AsyncIterator[Sequence[Baseline]]:
    """Everybody's, some thousand at a time."""
    refresh = await refreshes.one(connection, namespace, game_id)
    if refresh is None:
        return
    held = list[Any]()
    query = sql.SQL(_STREAM).format(sql.Literal(namespace), sql.Literal(game_id))
    async with connection.cursor().copy(query) as copy:
        async for player_id, sums, recent in rows_of(copy):
            held.append(_baseline(player_id, refresh.as_of_day, sums, recent, refresh.metrics, metrics))
            if len(held) == _AT_ONCE:
                yield held
                held = []
    if held:
        yield held


def _baseline(
    player_id: SubjectId, as_of_day: int, sums: Any, recent: Any, known: tuple[str, ...], wanted: tuple[str, ...]
) -> Baseline:
    from tessella.domain.taxonomy.in_order import in_order  # loads numpy
    from tessella.domain.taxonomy.stored_baseline import baseline_from

    baseline = baseline_from(player_id, as_of_day, sums, recent, len(known))
    return baseline if not wanted or wanted == known else in_order(baseline, known, wanted)
