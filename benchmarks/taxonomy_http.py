"""One player over HTTP: a server of its own with a calibrated game, and a client that waits for each answer."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from benchmarks.figure import Figure, Goal
from benchmarks.http_cost import Server, server_of
from benchmarks.http_server import NAMESPACE
from tessella.bootstrap import running
from tessella.domain.definitions import Definitions
from tessella.domain.identifiers import Role
from tessella.domain.taxonomy.anomaly.norms import norms_of
from tessella.domain.taxonomy.baselines import Baseline
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.game import CONTEXTS, UniversalAxis
from tessella.ports import Caller
from tessella.ports.clock import present
from tessella.settings import Settings
from tessella.usecases import apply_definitions
from tests.taxonomies import AS_OF, World, planted

PLAYERS: Final = 2_000
_PATH: Final = "/api/v1/segmentation/"
_ASKED: Final = '{"player_id": "player-NUMBER", "game_id": "planted"}'


def figures() -> Iterator[Figure]:
    """The p50 of a profile and of a detection, each player asked for once: four axes of four segments each."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        home = Path(folder) / "home"
        asyncio.run(_prepare(home))
        with server_of(home) as server:
            profile, detection = _p50_ms(server, "categorize"), _p50_ms(server, "anomalies/detect")
    yield Figure("taxonomy: HTTP, categorize one player, p50", profile, "ms", goal=Goal("value", "<=", 5))
    yield Figure("taxonomy: HTTP, detect anomalies of one player, p50", detection, "ms", goal=Goal("value", "<=", 5))


def _p50_ms(server: Server, path: str) -> float:
    """One connection."""
    load = server.load(_PATH + path, PLAYERS, "content")
    return server.measure(replace(load, connections=1, content=_ASKED)).p50_ms


async def _prepare(home: Path) -> None:
    world = planted(players=PLAYERS, groups=dict.fromkeys(UniversalAxis, 4), day_players=PLAYERS, days=20)
    game = msgspec.structs.replace(world.game, outcomes={})
    taxonomy = calibrated(game, world.seen, version=1, now=present(), before=None, seed=1)
    async with running(Settings(home=home)) as application:
        await application.administration.create_namespace(NAMESPACE)
        async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
            await apply_definitions(session, Definitions(games={game.game_id: game}))
            await session.store_taxonomy(game, taxonomy, norms_of(taxonomy, world.seen))
            await session.replace_baselines(game, AS_OF, _rows(world))


async def _rows(world: World) -> AsyncIterator[bytes]:
    """Everybody's baseline in the columns of `replace_baselines`."""
    for player in range(PLAYERS):
        yield _row(world.baseline(player)).encode()


def _row(player: Baseline) -> str:
    sums = np.stack([player.counts, player.sums, player.squares]).ravel()
    recent = np.ravel([[day.day, CONTEXTS.index(day.context), *day.values] for day in player.recent])
    days = round(player.counts.sum(axis=0).max())
    return f'{player.player_id},{player.as_of},{days},"{_array(sums.tolist())}","{_array(recent.tolist())}"\n'


def _array(numbers: list[float]) -> str:
    return "{" + ",".join(map(repr, numbers)) + "}"
