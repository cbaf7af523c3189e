"""One player's last days, from a baseline to a detection; and how well planted anomalies are told, by both methods."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Final

import numpy as np

from benchmarks.figure import Figure, Goal
from benchmarks.timing import p50_us
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.anomaly.bulk import last_scores
from tessella.domain.taxonomy.anomaly.detect import detected
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import Baseline
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tests.anomalies import after, anywhere, days_of, yardstick_of
from tests.taxonomies import World, planted

PLAYERS: Final = 500
PASSES: Final = 10
#: Eight axes of three metrics: four that a game may declare, and four that it did not.
GROUPS: Final = dict.fromkeys(("monetization", "engagement", "temporal", "social"), 3)
OWN: Final = {"evening": 2, "coupons": 2, "stores": 2, "returns": 2}
#: How far the planted anomalies move, in standard deviations of a day, on one axis.
MOVES: Final = (2.0, 3.0, 4.0)


def figures() -> Iterator[Figure]:
    """The p50 of `detected` for 1 and 3 days, scores of many, and areas under the curve beside document C's method."""
    world, yardstick = _measured()
    players = [world.baseline(each) for each in range(PLAYERS)]
    axes = len(yardstick.rules)
    for days in (1, 3):
        taken = p50_us(partial(detected, yardstick, days=days), players, PASSES)
        name = f"taxonomy: judge {days} day(s) of one player on {axes} axes, in process, p50"
        yield Figure(name, taken, "us", goal=Goal("value", "<=", 100) if days == 1 else None)
    many = p50_us(partial(last_scores, yardstick), [players * 4], 5) / len(players * 4)
    yield Figure("taxonomy: the score of a player's last day, among 2,000", many, "us")
    for days in (1, 3):
        for move in MOVES:
            yield _area(world, yardstick, days, move)


@cache
def _measured() -> tuple[World, Yardstick]:
    world = planted(players=2_000, day_players=2_000, groups=GROUPS, own=OWN, seed=1)
    taxonomy = calibrated(world.game, world.seen, version=1, now=Instant(0), before=None, seed=1)
    return world, yardstick_of(world, taxonomy)


def _area(world: World, yardstick: Yardstick, days: int, move: float) -> Figure:
    """Under the curve of ordinary days against days that moved, overall; the peer's value is distance delta's."""
    luck, pairs = np.random.default_rng(days), []
    names = list(world.labels)
    for player in range(PLAYERS):
        axis = names[player % len(names)]
        moves = (0.0, anywhere(world, axis, move, luck))
        told = [detected(yardstick, _later(world, player, luck, each, days), days=days) for each in moves]
        pairs.append([(-each.displacement.p_value, each.overall_score) for each in told])
    ours, theirs = (_under_the_curve(np.array(pairs)[:, :, method]) for method in (0, 1))
    name = f"taxonomy: area under the curve, {days} day(s) moved by {move:g} deviations on one of {len(names)} axes"
    return Figure(name, ours, "", "distance_delta", theirs)


def _later(world: World, player: int, luck: np.random.Generator, move: object, days: int) -> Baseline:
    return after(world.baseline(player), world.game, days_of(world, player, luck, move, days))


def _under_the_curve(pairs: np.ndarray) -> float:
    """Of columns ordinary and moved: how often one that moved is above one that did not; ties count half."""
    ordinary, moved = np.sort(pairs[:, 0]), pairs[:, 1]
    below = np.searchsorted(ordinary, moved, "left") + np.searchsorted(ordinary, moved, "right")
    return float(below.mean() / 2 / len(ordinary))
