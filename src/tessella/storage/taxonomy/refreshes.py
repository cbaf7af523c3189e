"""The last refresh of each game: what players' baselines tell of, and which profiles are stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from psycopg.types.json import Jsonb

from tessella.domain.identifiers import GameId, Json, Namespace
from tessella.domain.taxonomy.declared import declared_digest
from tessella.domain.taxonomy.game import Game
from tessella.ports.taxonomy import GameRefresh
from tessella.storage.bulk import JOIN_BY_HASH
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros

#: Held by a transaction beside those of the calibration. What a connection holds goes some time after that has closed.
_TAKE_TURN: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
#: Whoever else replaces players of the game waits for the end of the transaction.
_WAIT_FOR_OTHERS: Final = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
_ROW: Final = f"""
SELECT game_id, as_of_day, metrics, declared, players, {micros("refreshed_at")}, profiles_version,
       {micros("profiled_at")}, told_version, mean_confidence, drift, left_out
  FROM tessella.taxonomy_refreshes WHERE namespace = %(namespace)s
"""
_ONE: Final = f"{_ROW} AND game_id = %(game_id)s"
_ALL: Final = f"{_ROW} ORDER BY game_id"
_BEGIN: Final = """
INSERT INTO tessella.taxonomy_refreshes (namespace, game_id, as_of_day, metrics, declared, players, refreshed_at)
VALUES (%(namespace)s, %(game_id)s, %(as_of_day)s, %(metrics)s, %(declared)s, %(players)s, now())
ON CONFLICT (namespace, game_id) DO UPDATE
   SET as_of_day = excluded.as_of_day, metrics = excluded.metrics, declared = excluded.declared,
       players = excluded.players, refreshed_at = excluded.refreshed_at
"""
_NOTE: Final = """
UPDATE tessella.taxonomy_refreshes SET told_version = %(version)s, drift = %(drift)s, left_out = %(left_out)s
 WHERE namespace = %(namespace)s AND game_id = %(game_id)s
"""
_PROFILED: Final = """
UPDATE tessella.taxonomy_refreshes
   SET profiles_version = %(version)s, profiled_at = now(),
       mean_confidence = (SELECT avg(confidence) FROM pg_temp.sent)
 WHERE namespace = %(namespace)s AND game_id = %(game_id)s
"""
_FORGET: Final = "DELETE FROM tessella.{} WHERE namespace = %s AND NOT game_id = ANY(%s)"
_OF_PLAYERS: Final = ("player_profiles", "player_baselines", "taxonomy_refreshes")


async def take_turn(connection: Connection, namespace: Namespace, game_id: GameId) -> bool:
    """The turn to calibrate or refresh a game, until the transaction ends; False where another one has it."""
    row = await (await connection.execute(_TAKE_TURN, [f"tessella taxonomy {namespace} {game_id}"])).fetchone()
    return row == (True,)


async def wait_for_others(connection: Connection, namespace: Namespace, game_id: GameId) -> None:
    """Be the only one who replaces players of the game, until the transaction ends: else two would mix.

    What follows joins many rows with many.
    """
    await connection.execute(JOIN_BY_HASH)
    await connection.execute(_WAIT_FOR_OTHERS, [f"tessella players {namespace} {game_id}"])


async def one(connection: Connection, namespace: Namespace, game_id: GameId) -> GameRefresh | None:
    """The last refresh of a game."""
    found = await (await connection.execute(_ONE, {"namespace": namespace, "game_id": game_id})).fetchone()
    return None if found is None else _read(found)


async def all_of(connection: Connection, namespace: Namespace) -> list[GameRefresh]:
    """The last refresh of each game, by id."""
    return [_read(row) for row in await (await connection.execute(_ALL, {"namespace": namespace})).fetchall()]


async def begin(connection: Connection, namespace: Namespace, game: Game, as_of_day: int, players: int) -> None:
    """Baselines were stored."""
    told = {
        "namespace": namespace, "game_id": game.game_id, "as_of_day": as_of_day, "metrics": list(game.metric_names),
        "declared": declared_digest(game), "players": players,
    }  # fmt: skip
    await connection.execute(_BEGIN, told)


async def profiled(connection: Connection, namespace: Namespace, game_id: GameId, version: int) -> None:
    """Profiles were stored, from the temporary table that they came in."""
    await connection.execute(_PROFILED, {"namespace": namespace, "game_id": game_id, "version": version})


async def note(
    connection: Connection,
    namespace: Namespace,
    game_id: GameId,
    version: int,
    drift: Json,
    left_out: Mapping[str, int],
) -> None:
    """What a refresh by a version found, when all else is stored."""
    told = {"namespace": namespace, "game_id": game_id, "version": version, "left_out": Jsonb(dict(left_out))}
    await connection.execute(_NOTE, told | {"drift": None if drift is None else Jsonb(drift)})


async def forget_players(connection: Connection, namespace: Namespace, keep: Collection[GameId]) -> None:
    """Let go of all that is known of players of other games than these."""
    for table in _OF_PLAYERS:
        await connection.execute(_FORGET.format(table), [namespace, list(keep)])


def _read(row: Sequence[Any]) -> GameRefresh:
    game_id, as_of_day, metrics, *rest = row
    return GameRefresh(GameId(game_id), as_of_day, tuple(metrics), *rest)
