"""Anomalies where it is known which days are any: how well they are told, and how often ordinary days are flagged.

Worlds are calibrated as they are seen; nobody tells the calibration what was planted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.anomaly.detect import detected
from tessella.domain.taxonomy.anomaly.found import found_of
from tessella.domain.taxonomy.anomaly.windows import places_of, without
from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.detection import AnomalyDetection
from tessella.domain.taxonomy.game import CONTEXTS, Context
from tests.anomalies import after, anywhere, days_of, offset_of, sideways, yardstick_of
from tests.taxonomies import World, planted

SEEDS = 20
PLAYERS = 150
#: Worlds, and the players in each, in which ordinary days are counted.
CALM_SEEDS, CALM_PLAYERS = 8, 12_000
GROUPS = {"monetization": 3, "engagement": 2, "temporal": 2}


@cache
def measured(seed: int) -> tuple[World, Yardstick]:
    world = planted(players=1_000, day_players=1_000, groups=GROUPS, seed=seed)
    return world, yardstick_of(
        world, calibrated(world.game, world.seen, version=1, now=Instant(0), before=None, seed=seed)
    )


def area(scores: list[tuple[float, float]]) -> float:
    """Under the curve of ordinary days against anomalies, which come in pairs: the part of pairs in the right order."""
    ordinary, unusual = np.array(scores).T
    return float(mannwhitneyu(unusual, ordinary).statistic / len(ordinary) / len(unusual))


def pairs(kind: str, seed: int, days: int) -> Iterator[tuple[AnomalyDetection, AnomalyDetection]]:
    """The same player after ordinary days, and after days that were moved on one axis."""
    world, measure = measured(seed)
    luck = np.random.default_rng([seed, days])
    axes = list(world.labels)
    for player in luck.permutation(world.plan.players)[: PLAYERS if kind == "anywhere" else None].tolist():
        axis = axes[player % len(axes)]
        if kind == "sideways" and np.linalg.norm(offset_of(world, player, axis)[1]) < 2.0:
            continue
        move = sideways(world, player, axis) if kind == "sideways" else anywhere(world, axis, 4.0, luck)
        both = (days_of(world, player, luck, each, days) for each in (0.0, move))
        calm, unusual = (detected(measure, after(world.baseline(player), world.game, each), days=days) for each in both)
        yield calm, unusual


def areas(kind: str, days: int) -> tuple[float, float]:
    """By distance delta and by displacement, each overall."""
    found = [pair for seed in range(SEEDS) for pair in pairs(kind, seed, days)]
    delta = area([(calm.overall_score, unusual.overall_score) for calm, unusual in found])
    ours = area([(-calm.displacement.p_value, -unusual.displacement.p_value) for calm, unusual in found])
    return delta, ours


@pytest.mark.long
@pytest.mark.parametrize(("days", "goal"), [(1, 0.9), (3, 0.95)])
def test_days_moved_by_four_deviations_anywhere_are_told_from_ordinary_ones(days: int, goal: float):
    delta, displacement = areas("anywhere", days)
    assert displacement >= goal
    assert delta < displacement - 0.1


@pytest.mark.long
@pytest.mark.parametrize(("days", "goal"), [(1, 0.9), (3, 0.95)])
def test_a_move_at_equal_distance_from_the_center_is_told_by_displacement_and_not_by_distance_delta(
    days: int, goal: float
):
    delta, displacement = areas("sideways", days)
    assert displacement >= goal
    assert delta < 0.65


def alarms(seed: int, context: Context) -> tuple[Array, Array]:
    """(axes and overall,): the shares of one more ordinary day of everybody that each method flags."""
    world, measure = calm_world(seed)
    luck, whole, here = (
        np.random.default_rng([seed, CONTEXTS.index(context)]),
        world.seen.whole,
        CONTEXTS.index(context),
    )
    days = np.stack([world.day_of(player, context, luck) for player in range(CALM_PLAYERS)])
    values, contexts = measure.frame.scaled(days[None]), np.full((1, CALM_PLAYERS), here)
    sums = [each.swapaxes(0, 1).copy() for each in (whole.counts, whole.sums, whole.squares)]
    for total, part in zip(sums, (1.0, values[0], values[0] ** 2), strict=True):
        total[here] += part
    found = found_of(measure.frame, measure.spread, without(*sums, values, places_of(contexts)))
    told = [measure.displacements(row, 1, here) for row in found.displaced.distances.tolist()]
    thresholds = np.array([rule.thresholds[here] for rule in measure.rules])
    deltas = np.minimum(np.abs(found.current - found.typical) / thresholds, 1.0) > 0.7
    return np.mean([[each.is_anomalous for each in row] for row in told], axis=0), deltas.mean(axis=0)


@cache
def calm_world(seed: int) -> tuple[World, Yardstick]:
    world = planted(
        players=CALM_PLAYERS, day_players=CALM_PLAYERS, groups={"monetization": 3, "engagement": 2}, seed=seed
    )
    return world, yardstick_of(
        world, calibrated(world.game, world.seen, version=1, now=Instant(0), before=None, seed=seed)
    )


@pytest.mark.long
@pytest.mark.parametrize("context", CONTEXTS)
def test_ordinary_days_are_flagged_as_often_as_alpha_says_in_every_context(context: Context):
    found = [alarms(1_000 + seed, context) for seed in range(CALM_SEEDS)]
    ours, delta = (np.mean(each, axis=0) for each in zip(*found, strict=True))
    assert ours == pytest.approx(np.full(len(ours), 0.01), rel=0.2)
    assert (delta > 0.1).all()
