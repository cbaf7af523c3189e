"""What the jobs of taxonomies do."""

from __future__ import annotations

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import GameId, Instant, Json
from tessella.jobs.order import Order


async def calibrate_taxonomy(order: Order) -> Json:
    """Calibrate a game, anew where that was asked for, and put the taxonomy in force."""
    game_id = GameId(order.attempt.inputs["game_id"])
    anew_since = order.attempt.asked_at if order.attempt.inputs.get("force") else None
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            taxonomy = await usecases.calibrate_game_taxonomy(
                session, warehouse, order.workshop.open_engine, game_id,
                anew_since=anew_since, as_of=_as_of(order), progress=order.progress,
            )  # fmt: skip
    told = {"game_id": game_id, "version": taxonomy.version, "calibrated_at": iso(taxonomy.calibrated_at)}
    axes = {each.axis_name: len(each.segments) for each in taxonomy.axes}
    return {**told, "players": taxonomy.players, "variance_explained": taxonomy.variance_explained, "segments": axes}


async def refresh_taxonomy(order: Order) -> Json:
    """Count the days of a game's players anew, and tell of everybody what the taxonomy in force says."""
    game_id = GameId(order.attempt.inputs["game_id"])
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            done = await usecases.refresh_game_taxonomy(
                session, warehouse, order.workshop.open_engine, game_id,
                as_of=_as_of(order), progress=order.progress,
            )  # fmt: skip
    told = {"game_id": game_id, "version": done.version, "as_of_day": done.found.as_of_day}
    return {**told, "players": done.found.players, "left_out": dict(done.found.left_out)}


def _as_of(order: Order) -> Instant | None:
    """The moment that was asked for; None: the present, or the end of the history."""
    return read_instant(order.attempt.inputs.get("as_of"), "/as_of")
