"""Games for tests of players' days, and events for them."""

import random
import tempfile
from pathlib import Path

from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.domain.taxonomy.baselines import Baseline, Seen
from tessella.domain.taxonomy.game import DayMetric, DayRows, Game, Scale
from tessella.ports import Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.usecases.taxonomy.gathered import gathered
from tessella.usecases.taxonomy.loaded_days import load_days

#: Monday, 23 November 2026, 0:00 UTC.
AS_OF = Instant(20_780 * DAY_US)
METRICS = {
    "buys": DayMetric({"kind": "count", "event_type": "buy"}, scale=Scale.LOG),
    "spend": DayMetric({"kind": "sum", "field": "value", "event_type": "buy"}, scale=Scale.LOG),
    "away": DayMetric({"kind": "gap"}),
}
SHOP = Game(GameId("shop"), METRICS, {}, window_days=60)
ROWS = Game(
    GameId("arena"), {"spend": DayMetric(scale=Scale.LOG), "points": DayMetric(column="score")}, {},
    days=DayRows("days.csv"),
)  # fmt: skip
HEADER = "player_id,day,spend,score\n"


def told(_: float) -> None:
    """Nobody asks how far it is."""


def bought(subject: str, day: int, value: float | None = 5.0, name: str = "") -> Event:
    """Something bought so many days before the last one."""
    at = Instant(AS_OF - day * DAY_US - DAY_US // 2)
    return Event(f"{subject}-{day}{name}", SubjectId(subject), "buy", at, value=value)


def some_events(players: int, seed: int = 0) -> list[Event]:
    luck = random.Random(seed)
    return [
        bought(f"p{player}", day, round(luck.uniform(-1, 30), 2), str(turn))
        for player in range(players)
        for day in luck.sample(range(60), luck.randint(1, 30))
        for turn in range(luck.randint(1, 2))
    ]


async def stored(session: Session, game: Game, player: str) -> Baseline | None:
    return await session.baseline_of(game.game_id, SubjectId(player))


async def gather(session: Session, warehouse: Warehouse, opened: OpenEngine, game: Game) -> Seen:
    """What a calibration looks at."""
    with tempfile.TemporaryDirectory() as folder:
        days = await load_days(session, warehouse, opened, game, AS_OF, Path(folder), told)
        return await gathered(session, warehouse, days, AS_OF)
