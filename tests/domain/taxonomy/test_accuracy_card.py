from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tessella.domain.taxonomy.baselines import Baselines, Seen
from tessella.domain.taxonomy.calibration.card import card_of
from tessella.domain.taxonomy.calibration.standard import standard_of
from tessella.domain.taxonomy.taxonomy import AccuracyCard
from tests.domain.taxonomy.true_axes import only, true_axes
from tests.taxonomies import World, planted


def card(world: World, seen: Seen | None = None) -> AccuracyCard:
    standard = standard_of(world.game, world.seen.whole)
    return card_of(seen or world.seen, standard, true_axes(world, standard))


@pytest.fixture(scope="module")
def world() -> World:
    return planted(players=800, groups={"monetization": 3, "temporal": 1}, separation=6, seed=3)


def some(seen: Seen, players: np.ndarray) -> Seen:
    parts = {name: only(getattr(seen, name), players) for name in ("whole", "first", "second", "odd", "even")}
    return replace(seen, **parts)


def without_days(baselines: Baselines, players: np.ndarray) -> Baselines:
    sums = (each.copy() for each in (baselines.counts, baselines.sums, baselines.squares))
    return Baselines(baselines.player_ids, *(_emptied(each, players) for each in sums))


def _emptied(sums: np.ndarray, players: np.ndarray) -> np.ndarray:
    sums[players] = 0
    return sums


def test_clear_segments_are_told_again_from_other_days(world):
    told = card(world)
    assert told.self_consistency > 0.97
    assert told.test_retest > 0.97
    assert told.split_half == 0.97
    assert 0.8 < told.mean_confidence <= 1


def test_segments_that_single_days_blur_are_told_again_less_often(world):
    blurred = planted(players=800, groups={"monetization": 3}, separation=3, day_deviation=12.0, seed=3)
    figures = card(blurred).by_axis["monetization"]
    assert figures["by_chance"] < figures["self_consistency"] < 0.8


def test_self_consistency_says_no_more_than_how_many_are_told_right_from_half_of_their_days():
    world = planted(players=2_000, groups={"monetization": 2}, separation=4, day_deviation=4.0, days=20, seed=5)
    half = card(world).self_consistency
    # Of two segments, halves that are right with a chance p agree with p^2 + (1 - p)^2: at most p where p is over 1/2.
    right = np.mean([np.mean(_told(world, each) == world.labels["monetization"]) for each in ("odd", "even")])
    assert right**2 + (1 - right) ** 2 < half < right


def _told(world: World, half: str) -> np.ndarray:
    from tessella.domain.taxonomy.membership.place import placed_baselines
    from tessella.domain.taxonomy.membership.space import Space

    standard = standard_of(world.game, world.seen.whole)
    space = Space.of_axes(standard, true_axes(world, standard))
    return placed_baselines(space, getattr(world.seen, half)).best[0]


def test_players_who_change_are_told_another_segment_half_a_window_later(world):
    moved = np.random.default_rng(1).permutation(800)
    told = card(world, replace(world.seen, second=only(world.seen.second, moved)))
    figures = told.by_axis["monetization"]
    assert figures["test_retest"] == pytest.approx(figures["by_chance"], abs=0.05)
    assert figures["self_consistency"] > 0.97
    assert abs(figures["position_retest"]) < 0.1
    assert any(note.startswith(f"Test-retest is {told.test_retest:.2f}, below 0.8") for note in told.notes)


def test_an_axis_without_groups_has_no_part_in_the_means_and_is_named(world):
    told = card(world)
    assert told.by_axis["temporal"]["self_consistency"] is None
    assert told.by_axis["temporal"]["reliability"] > 0.5
    assert told.self_consistency == told.by_axis["monetization"]["self_consistency"]
    assert "No groups on temporal: one segment holds everybody." in told.notes


def test_a_continuum_that_was_cut_has_no_part_in_categorization_accuracy(world):
    axes = true_axes(world, standard_of(world.game, world.seen.whole))
    cut = [replace(each, count=replace(each.count, by_gap=1)) for each in axes]
    told = card_of(world.seen, standard_of(world.game, world.seen.whole), cut)
    assert told.self_consistency > 0.97
    assert told.categorization_accuracy is None
    assert card(world).categorization_accuracy == told.self_consistency


def test_where_no_axis_has_groups_nothing_is_told_of_segments():
    told = card(planted(players=200, groups={"temporal": 1}))
    assert (told.self_consistency, told.split_half, told.test_retest) == (None, None, None)


def test_reliability_is_the_share_of_variance_that_is_not_of_single_days():
    world = planted(players=3_000, groups={"temporal": 1}, day_deviation=5.0, days=30, seed=2, correlation=0.0)
    days = world.seen.whole.counts.sum(axis=1)[:, 0]
    # Between players the variance is 1; the mean of n days adds 25 / n.
    expected = 1 / (1 + np.mean(25 / days))
    assert card(world).by_axis["temporal"]["reliability"] == pytest.approx(expected, abs=0.04)


def test_players_of_one_day_are_not_compared(world):
    one_day = np.arange(400)
    seen = replace(
        world.seen, even=without_days(world.seen.even, one_day), second=without_days(world.seen.second, one_day)
    )
    told = card(world, seen)
    assert told.notes[0] == "Of 800 players 400 have two days or more, 400 days in both halves of the window."
    assert told.self_consistency == card(world, some(world.seen, np.arange(400, 800))).self_consistency


def test_of_too_few_players_nothing_is_told(world):
    told = card(world, some(world.seen, np.arange(5)))
    assert (told.self_consistency, told.test_retest) == (None, None)
    assert "Of fewer than 30 players who can be compared nothing is told." in told.notes


def test_a_metric_that_a_player_never_had_leaves_the_player_out_of_its_axis(world):
    half = world.seen.odd
    counts, sums = half.counts.copy(), half.sums.copy()
    counts[:100, :, 0] = sums[:100, :, 0] = 0
    told = card(world, replace(world.seen, odd=replace(half, counts=counts, sums=sums)))
    others = card(world, some(world.seen, np.arange(100, 800)))
    assert told.by_axis["monetization"]["self_consistency"] == others.by_axis["monetization"]["self_consistency"]
