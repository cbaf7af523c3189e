"""The demo's games: the households as players of the store, and a test game whose days are rows of a file.

Taxonomies are made by jobs beside the server, as models are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella import usecases
from tessella.bootstrap import Application
from tessella.demo.data import statement, view
from tessella.domain.features.instants import typed_instant
from tessella.domain.identifiers import GameId, Instant, Namespace, SubjectId
from tessella.ports import Session
from tessella.ports.jobs import Job
from tessella.ports.taxonomy import PreparedTaxonomy

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline
    from tessella.domain.taxonomy.detection import AnomalyDetection
    from tessella.domain.taxonomy.profile import PlayerBehavioralProfile
    from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy

STORE: Final = GameId("store")
GAMES: Final = (STORE, GameId("test_game"))
WEEK_DAYS: Final = 7
#: So many anomalies are shown.
_MOST_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class LastWeek:
    """What was unlike the households themselves in the last seven days."""

    #: Households that came then; the days of each are judged together.
    judged: int
    #: Those whose days are an anomaly by the method in force.
    flagged: int
    #: The share that is flagged of those who are as usual.
    alpha: float
    #: The most unlikely first.
    anomalies: Sequence[AnomalyDetection]


@dataclass(frozen=True, slots=True)
class StoreTaxonomy:
    """What is told of the store once it is calibrated."""

    taxonomy: GameBehavioralTaxonomy
    #: Of one household.
    profile: PlayerBehavioralProfile
    last_week: LastWeek


def days_file(application: Application, namespace: Namespace) -> Path:
    """Where the days of the test game are, as its definition has it."""
    folder = application.settings.customer_places(namespace).folders[0]
    return Path(folder, "games", "test_game.parquet")


async def write_days(application: Application, namespace: Namespace) -> None:
    """Write them, unless they are there: they never change."""
    from tessella.warehouse.engines.aside import written_aside  # loads sqlglot

    path = days_file(application, namespace)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with application.warehouse() as duckdb, written_aside(path) as partial:
        await view(duckdb, "transactions", "products")
        await duckdb.result_parquet(statement("test_game.sql"), partial)


async def ask_for_taxonomies(session: Session, as_of: Instant) -> None:
    """Have the games calibrated that never were, by the days before a moment. Nobody waits for them here."""
    declared, calibrated = session.snapshot().definitions.games, {each.game_id for each in await session.taxonomies()}
    for game_id in GAMES:
        if game_id in declared and game_id not in calibrated:
            await session.ask_for(Job.CALIBRATE_TAXONOMY, {"game_id": game_id, "as_of": typed_instant(as_of)})


async def store_taxonomy(session: Session, household: SubjectId) -> StoreTaxonomy | None:
    """What is told of the store; None while it is not calibrated, or where somebody has taken it away."""
    game = session.snapshot().definitions.games.get(STORE)
    refresh = await session.game_refresh(STORE)
    prepared = None if game is None else await session.taxonomy(game)
    if prepared is None or refresh is None:
        return None
    baselines = [
        each
        async for part in session.stream_baselines(STORE, prepared.taxonomy.standard.metrics)
        for each in part
        if each.recent and each.recent[-1].day > refresh.as_of_day - WEEK_DAYS
    ]
    last_week = await asyncio.to_thread(_last_week, prepared, baselines, refresh.as_of_day - WEEK_DAYS)
    profile = await usecases.categorize_player(session, household, STORE)
    return StoreTaxonomy(prepared.taxonomy, profile, last_week)


def _last_week(prepared: PreparedTaxonomy, baselines: Sequence[Baseline], before: int) -> LastWeek:
    found = sorted(_flagged(prepared, baselines, before), key=attrgetter("displacement.p_value"))
    return LastWeek(len(baselines), len(found), prepared.game.anomalies.alpha, found[:_MOST_SHOWN])


def _flagged(prepared: PreparedTaxonomy, baselines: Sequence[Baseline], before: int) -> Iterator[AnomalyDetection]:
    from tessella.domain.taxonomy.anomaly.detect import detected  # loads numpy

    for each in baselines:
        days = sum(day.day > before for day in each.recent)
        found = detected(prepared.yardstick, each, days=days)
        if found.alerts:
            yield found
