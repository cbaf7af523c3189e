"""Axes of the game's own: what the universal ones leave over, and what is chance."""

from __future__ import annotations

import numpy as np
import pytest

from tessella.domain.taxonomy.calibration.components import (
    agreement,
    by_broken_stick,
    by_parallel_analysis,
    loadings_of,
    varimax,
)
from tessella.domain.taxonomy.calibration.own_axes import OwnAxes, own_axes, rest_of
from tessella.domain.taxonomy.calibration.standard import standard_of
from tessella.domain.taxonomy.positions import positions_of
from tests.taxonomies import World, planted


def luck(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def positions(world: World) -> np.ndarray:
    standard = standard_of(world.game, world.seen.whole)
    return np.nan_to_num(positions_of(standard, world.seen.whole))


def found(world: World) -> OwnAxes:
    return own_axes(world.game, positions(world), luck())


BLOCKS = planted(own={"discount": 1, "evening": 1}, correlation=0.6, seed=2)


def test_metrics_that_go_together_are_an_axis_though_they_have_no_groups() -> None:
    plans = found(BLOCKS).plans
    metrics = {frozenset(each.defining_metrics) for each in plans}
    assert metrics == {frozenset(f"{axis}_{each}" for each in range(3)) for axis in ("discount", "evening")}


def test_metrics_of_a_plane_are_one_axis_of_two_components() -> None:
    world = planted(players=2_000, own={"discount": 1}, seed=8)
    places = positions(world)
    plane = np.array([[1.0, 0.2, -0.5], [0.2, 1.0, 0.4], [-0.5, 0.4, 1.0]])
    places[:, -3:] = luck(1).standard_normal((2_000, 3)) @ np.linalg.cholesky(plane).T
    both = own_axes(world.game, places, luck())
    assert both.by_parallel_analysis == 2
    assert [set(each.defining_metrics) for each in both.plans] == [{"discount_0", "discount_1", "discount_2"}]


def test_the_broken_stick_refuses_axes_that_parallel_analysis_finds() -> None:
    both = found(BLOCKS)
    assert (both.by_parallel_analysis, both.by_broken_stick) == (2, 0)


def test_metrics_that_have_nothing_in_common_are_no_axis() -> None:
    worlds = [planted(own={"discount": 1, "evening": 1}, correlation=0.0, seed=seed) for seed in range(3)]
    assert [found(world).plans for world in worlds] == [(), (), ()]


def test_what_a_universal_axis_tells_is_no_axis_of_its_own() -> None:
    world = planted(own={"copy": 1}, correlation=0.0, seed=3)
    places = positions(world)
    places[:, -3:] = places[:, [0]] + 0.3 * luck().standard_normal((len(places), 3))
    assert own_axes(world.game, places, luck()).plans == ()


def test_coordinates_of_an_own_axis_do_not_go_together_with_any_universal_metric() -> None:
    places = positions(BLOCKS)
    told = places[:, :-6]
    for plan in found(BLOCKS).plans:
        assert np.abs(told.T @ (places @ plan.projection)).max() / len(places) < 1e-9


def test_each_column_of_a_projection_belongs_to_a_defining_metric() -> None:
    names = BLOCKS.game.metric_names
    for plan in found(BLOCKS).plans:
        own = plan.projection[[names.index(each) for each in plan.defining_metrics]]
        assert own == pytest.approx(np.eye(3))


def test_a_metric_that_universal_axes_tell_whole_is_left_out() -> None:
    places = luck().standard_normal((200, 4))
    places[:, 3] = 0.5 * places[:, 0] - places[:, 1]
    assert rest_of(places, [0, 1]).metrics == [2]


def test_a_game_whose_metrics_are_all_on_universal_axes_has_no_other() -> None:
    assert found(planted(seed=1)).plans == ()


def test_parallel_analysis_counts_blocks_and_not_chance() -> None:
    noise = luck().standard_normal((500, 9))
    blocks = noise + np.repeat(luck(1).standard_normal((500, 3)), 3, axis=1)
    assert by_parallel_analysis(blocks, luck()) == 3
    assert by_parallel_analysis(noise, luck()) == 0


def test_one_block_that_explains_nearly_all_passes_the_broken_stick_too() -> None:
    block = luck().standard_normal((500, 1)) @ np.ones((1, 5)) + 0.2 * luck(1).standard_normal((500, 5))
    assert by_broken_stick(block) == 1


def test_turned_loadings_span_what_they_spanned_and_are_simpler() -> None:
    simple = np.kron(np.eye(2), np.ones((3, 1)))
    mixed = simple @ np.array([[0.96, 0.28], [-0.28, 0.96]])
    turned = varimax(mixed)
    assert turned @ turned.T == pytest.approx(mixed @ mixed.T)
    assert np.sort(np.abs(turned), axis=1) == pytest.approx(np.sort(simple, axis=1), abs=1e-6)


def test_halves_agree_on_a_component_that_both_span_and_not_on_one_that_either_lacks() -> None:
    places = positions(BLOCKS)[:, -6:]
    halves = [loadings_of(places[start::2], 2) for start in (0, 1)]
    assert min(agreement(each, *halves) for each in loadings_of(places, 2).T) > 0.95
    assert agreement(np.array([1.0, 0, 0]), np.array([[1.0], [0.0], [0.0]]), np.array([[0.0], [1.0], [0.0]])) == 0


def test_halves_of_noise_do_not_agree_on_what_their_whole_has_by_chance() -> None:
    noise = luck(7).standard_normal((400, 8))
    halves = [loadings_of(noise[start::2], 1) for start in (0, 1)]
    assert agreement(loadings_of(noise, 1)[:, 0], *halves) < 0.85
