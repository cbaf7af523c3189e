"""The moment that a game's days are told as of."""

from __future__ import annotations

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.game import Game
from tessella.ports import Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.taxonomy.day_rows import rows_moment


async def game_moment(
    session: Session, warehouse: Warehouse, open_engine: OpenEngine, game: Game, now: Instant
) -> Instant:
    """Now, or the moment at which the last day was over that anybody has, where the history has ended before.

    Who is silent because nothing is recorded any more would seem to have left, and in the end nobody would have a day.
    """
    if game.days is not None:
        return await rows_moment(session, warehouse, open_engine, game, now)
    return await _events_moment(session, game, now)


async def _events_moment(session: Session, game: Game, now: Instant) -> Instant:
    """A day after the last event that any metric counts; now where events of any type count."""
    from tessella.domain.taxonomy.days.kinds import Gap  # loads the kinds of features
    from tessella.domain.taxonomy.days.parse import day_kinds

    found = [each for each in day_kinds(game).values() if not isinstance(each, Gap)]
    types = {None if each is None else each.events.event_type for each in found}
    if not types or None in types:
        return now
    last = await session.last_event(sorted(filter(None, types)), since=None, before=now)
    return now if last is None else min(now, Instant(last + DAY_US))
