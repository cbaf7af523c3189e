"""A small game with two kinds of players, declared and played: what calibrations find is known."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tessella.domain.definitions import Kind
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.storage.sessions import StoredSession
from tests.database import define

ARENA = GameId("arena")
#: Monday, 23 November 2026, 0:00 UTC.
AS_OF = Instant(20_780 * DAY_US)
#: As it is written.
BODY = {
    "game_id": "arena",
    "metrics": {
        "buys": {"kind": {"kind": "count", "event_type": "buy"}, "scale": "log"},
        "spend": {"kind": {"kind": "sum", "field": "value", "event_type": "buy"}, "scale": "log"},
    },
    "axes": {"monetization": ["buys", "spend"]},
    "window_days": 60,
}


async def declare_arena(session: StoredSession, **changed: object) -> None:
    await define(session, Kind.GAME, "arena", **(BODY | changed))


def played(players: int = 40, days: int = 16, seed: int = 0) -> list[Event]:
    """Every other player buys much: about six times a day for 40, the others once for 5."""
    luck = random.Random(seed)
    return [
        bought(f"p{player:03}", day, value=luck.gauss(40, 4) if player % 2 else luck.gauss(5, 0.5), name=str(turn))
        for player in range(players)
        for day in sorted(luck.sample(range(58), days))
        for turn in range(luck.randint(5, 7) if player % 2 else 1)
    ]


def bought(player: str, days_ago: int, *, value: float = 5.0, name: str = "") -> Event:
    """Something bought so many days before the last one that is over."""
    at = Instant(AS_OF - days_ago * DAY_US - DAY_US // 2)
    return Event(f"{player}-{days_ago}-{name}", SubjectId(player), "buy", at, value=round(value, 2))


async def play(session: StoredSession, events: Sequence[Event] | None = None) -> None:
    rows = played() if events is None else events
    for begin in range(0, len(rows), 1000):
        await session.add_events(rows[begin : begin + 1000])
