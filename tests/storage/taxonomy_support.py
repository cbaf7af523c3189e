"""What tests of stored taxonomies share: a game, a taxonomy of it, its norms, and rows of players as they are sent."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.anomaly.norms import Norms, norms_of
from tessella.domain.taxonomy.game import Game
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy, Standard
from tessella.ports.clock import present
from tests.domain.taxonomy.calibrated_by_hand import a_segment, a_taxonomy, an_axis
from tests.taxonomies import World, planted

SHOP = GameId("planted")
DAY = 20_000


@lru_cache(maxsize=1)
def world() -> World:
    """A game of one axis with two metrics."""
    return planted(players=80, groups={"monetization": 2}, metrics_each=2, day_players=80)


def shop() -> Game:
    return world().game


def taxonomy(version: int = 1, at: Instant | None = None) -> GameBehavioralTaxonomy:
    """A taxonomy of the game that nobody calibrated."""
    game = shop()
    axis = an_axis("monetization", 2, (0, 1), a_segment(1, (-1, -1)), a_segment(2, (1, 1)))
    standard = Standard(
        game.metric_names, tuple(each.scale for each in game.metrics.values()), np.array([5.0, 50.0]), np.ones(2)
    )
    by_hand = a_taxonomy(replace(axis, defining_metrics=game.metric_names), metrics=2, last_segment_id=2)
    at = present() if at is None else at
    return replace(by_hand, game_id=SHOP, version=version, calibrated_at=at, standard=standard)


def norms(version: int = 1) -> Norms:
    return replace(_norms(), version=version)


@lru_cache(maxsize=1)
def _norms() -> Norms:
    return norms_of(taxonomy(), world().seen)


def baseline_row(player: str, *, count: float = 2.0, total: float = 3.0, metrics: int = 2, days: int = 2) -> str:
    """A player of whom all cells say the same, with one day that was kept."""
    cells = 3 * metrics
    sums = [count] * cells + [total] * cells + [total**2] * cells
    recent = [DAY - 1, 1, 0.1, *["NaN"] * (metrics - 1)]
    return f'{player},{DAY},{days},"{array(sums)}","{array(recent)}"\n'


def profile_row(player: str, strength: float = 0.5, *, segment: int = 1, confidence: float = 0.8) -> str:
    told = {
        "segment_id": segment, "axis_name": "monetization", "membership_strength": strength, "confidence": confidence,
        "distance_from_center": 1.5, "position_offset": {"monetization_0": 0.25}, "typicality": 0.5, "share": 0.75,
    }  # fmt: skip
    written = json.dumps([told]).replace('"', '""')
    return f'{player},2,0.5,{confidence},"{written}"\n'


def array(numbers: Iterable[object]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


async def sent(*rows: str) -> AsyncIterator[bytes]:
    for row in rows:
        yield row.encode()
