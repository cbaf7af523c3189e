"""Players' baselines: all of a game are replaced at once, and read one by one, by the thousand, or as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.identifiers import GameId, Namespace, SubjectId
from tessella.domain.taxonomy.game import Game
from tessella.storage.bulk import receive
from tessella.storage.connections.connecting import Connection
from tessella.storage.sharing import is_personalized
from tessella.storage.subject_names import is_storable
from tessella.storage.taxonomy import refreshes
from tessella.storage.taxonomy.binary import numbers_of

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
CONSENTING: Final = is_personalized("stored.namespace", "stored.player_id")
_OF_GAME: Final = f"""FROM tessella.player_baselines AS stored
 WHERE namespace = %s AND game_id = %s AND {CONSENTING}"""
_ALL: Final = f"SELECT player_id, array_send(sums), array_send(recent) {_OF_GAME}"
_SUMS: Final = f"SELECT player_id, array_send(sums), array_send('{{}}'::float8[]) {_OF_GAME}"
_THESE: Final = f"{_ALL} AND player_id = ANY(%s)"
#: The day and the metrics of all of them.
_HEAD: Final = "SELECT as_of_day, metrics FROM tessella.taxonomy_refreshes WHERE namespace = %s AND game_id = %s"
_SAMPLE: Final = f"""
SELECT player_id {_OF_GAME} ORDER BY hashtextextended(player_id, 0), player_id LIMIT %s
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
    """Those of some players. Of one whose name no text can hold nothing is stored."""
    asked = [each for each in player_ids if is_storable(each)]
    head = await connection.execute(_HEAD, [namespace, game_id])
    found = await connection.execute(_THESE, [namespace, game_id, asked], binary=True)
    refresh = await head.fetchone()
    return {each.player_id: each for each in _baselines(await found.fetchall(), refresh, metrics)}


async def sample(connection: Connection, namespace: Namespace, game_id: GameId, count: int) -> list[SubjectId]:
    """So many players, chosen by a hash of their ids."""
    found = await connection.execute(_SAMPLE, [namespace, game_id, count])
    return [SubjectId(player_id) for (player_id,) in await found.fetchall()]


def stream(
    connection: Connection, namespace: Namespace, game_id: GameId, metrics: tuple[str, ...]
) -> AsyncIterator[Sequence[Baseline]]:
    """Everybody's, some thousand at a time."""
    return _streamed(connection, _ALL, [namespace, game_id], metrics)


def stream_sums(
    connection: Connection, namespace: Namespace, game_id: GameId, metrics: tuple[str, ...]
) -> AsyncIterator[Sequence[Baseline]]:
    """The same without the last days."""
    return _streamed(connection, _SUMS, [namespace, game_id], metrics)


async def _streamed(
    connection: Connection, query: str, of_game: Sequence[str], metrics: tuple[str, ...]
) -> AsyncIterator[Sequence[Baseline]]:
    refresh = await (await connection.execute(_HEAD, of_game)).fetchone()
    async with connection.cursor(name="baselines") as cursor:
        await cursor.execute(query, of_game, binary=True)
        while rows := await cursor.fetchmany(_AT_ONCE):
            yield await asyncio.to_thread(_baselines, rows, refresh, metrics)


def _baselines(rows: Sequence[Any], refresh: Sequence[Any] | None, wanted: tuple[str, ...]) -> list[Baseline]:
    """What rows say, as of the refresh that stored them: the two are stored together."""
    from tessella.domain.taxonomy.in_order import in_order  # loads numpy
    from tessella.domain.taxonomy.stored_baseline import baseline_from

    if refresh is None:
        return []
    as_of_day, known = refresh
    found = [
        baseline_from(player_id, as_of_day, numbers_of(sums), numbers_of(recent), len(known))
        for player_id, sums, recent in rows
    ]
    return found if not wanted or list(wanted) == known else [in_order(each, known, wanted) for each in found]
