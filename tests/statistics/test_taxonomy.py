"""What calibrations find of planted games, and that they find nothing where nothing was planted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.game import UniversalAxis
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tests.taxonomies import World, planted, structureless

pytestmark = pytest.mark.long

SEEDS = 20


@dataclass(frozen=True)
class Found:
    """One planted axis: how many segments it has, how many were found, and how far players agree."""

    planted: int
    chosen: int
    by_elbow: int
    ari: float


def calibrate(world: World) -> GameBehavioralTaxonomy:
    return calibrated(world.game, world.seen, version=1, now=Instant(0), before=None, seed=world.plan.seed)


def found_in(world: World) -> Iterator[Found]:
    taxonomy = calibrate(world)
    best = placed_baselines(Space.of(taxonomy), world.seen.whole).best
    for index, axis in enumerate(taxonomy.universal_axes):
        truth = world.labels[axis.axis_name]
        ari = adjusted_rand_score(truth, best[index])
        yield Found(int(truth.max()) + 1, axis.count.chosen, axis.count.by_elbow, ari)


def worlds(separation: float, first_seed: int, players: Sequence[int] = (1_000, 3_000)) -> Iterator[World]:
    """Twenty games of three axes with 2 to 6 segments and one without, of 2 to 4 metrics an axis."""
    for seed in range(first_seed, first_seed + SEEDS):
        luck = np.random.default_rng((seed, 7))
        groups = dict(zip(UniversalAxis, [*luck.integers(2, 7, 3), 1], strict=True))
        yield planted(
            players=players[seed % len(players)],
            groups=groups,
            metrics_each=2 + seed % 3,
            separation=separation,
            seed=seed,
        )


@pytest.mark.parametrize("separation", [5.0, 6.0])
def test_nine_in_ten_numbers_of_segments_are_found_and_players_with_them(separation: float) -> None:
    found = [each for world in worlds(separation, 41_000) for each in found_in(world)]
    parted = [each for each in found if each.planted > 1]
    assert np.mean([each.chosen == each.planted for each in parted]) >= 0.9
    assert np.mean([each.ari for each in parted]) >= 0.9


def test_the_elbow_alone_finds_far_fewer() -> None:
    found = [each for world in worlds(6.0, 42_000) for each in found_in(world)]
    by_elbow = np.mean([each.by_elbow == each.planted for each in found])
    chosen = np.mean([each.chosen == each.planted for each in found])
    assert by_elbow < chosen - 0.2


def test_nineteen_in_twenty_axes_without_groups_stay_whole() -> None:
    counts = [
        axis.count
        for world in structureless(range(43_000, 43_000 + 2 * SEEDS), players=1_000)
        for axis in calibrate(world).universal_axes
    ]
    assert np.mean([each.chosen == 1 for each in counts]) >= 0.95
    assert np.mean([each.by_elbow > 1 for each in counts]) > 0.95


def test_own_axes_are_found_with_the_metrics_that_were_planted() -> None:
    hits, stray = [], 0
    for seed in range(44_000, 44_000 + SEEDS):
        world = planted(players=1_000, own={"discount": 2, "evening": 3}, separation=5, seed=seed)
        axes = [set(each.defining_metrics) for each in calibrate(world).game_specific_axes]
        for name in ("discount", "evening"):
            block = {f"{name}_{each}" for each in range(3)}
            hits.append(any(len(metrics & block) >= 2 and metrics <= block for metrics in axes))
        stray += max(len(axes) - 2, 0)
    assert np.mean(hits) >= 0.9
    assert stray <= 1


def test_no_axis_is_made_of_metrics_that_have_nothing_in_common() -> None:
    made = 0
    for seed in range(45_000, 45_000 + 2 * SEEDS):
        shape = ("normal", "skewed", "heavy")[seed % 3]
        world = planted(players=500, own={"a": 1, "b": 1, "c": 1}, correlation=0.0, shape=shape, seed=seed)
        made += len(calibrate(world).game_specific_axes)
    assert made <= 2
