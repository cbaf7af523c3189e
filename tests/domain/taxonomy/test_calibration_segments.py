"""What a segment is: its center, its spread, its contexts, its share of the variance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tessella.domain.taxonomy.calibration.contexts import Contexts, more_in_context
from tessella.domain.taxonomy.calibration.describe import covariance_of
from tessella.domain.taxonomy.calibration.explained import separation_of, share_explained
from tessella.domain.taxonomy.calibration.fit import everybody
from tessella.domain.taxonomy.calibration.standard import standard_of
from tessella.domain.taxonomy.game import CONTEXTS, Context, Scale, SegmentRule
from tessella.domain.taxonomy.positions import coordinates, means_of, positions_of
from tests.taxonomies import planted

WORLD = planted(players=300, days=60, weekend=1.0, holiday=2.0, seed=1)
WHOLE = WORLD.seen.whole
STANDARD = standard_of(WORLD.game, WHOLE)
WEEKEND = CONTEXTS.index(Context.WEEKEND)


def luck(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_positions_of_the_population_have_mean_0_and_deviation_1() -> None:
    places = positions_of(STANDARD, WHOLE)
    assert places.mean(axis=0) == pytest.approx(np.zeros(9), abs=1e-9)
    assert places.std(axis=0) == pytest.approx(np.ones(9))


def test_counts_and_money_are_measured_by_their_logarithm() -> None:
    assert STANDARD.scales[:2] == (Scale.LOG, Scale.LINEAR)
    assert STANDARD.location[:2] == pytest.approx([5, 50], rel=0.05)


def test_players_count_alike_however_many_days_they_have() -> None:
    doubled = (each * np.arange(1, 301)[:, None, None] for each in (WHOLE.counts, WHOLE.sums, WHOLE.squares))
    assert standard_of(WORLD.game, type(WHOLE)(WHOLE.player_ids, *doubled)).location == pytest.approx(STANDARD.location)


def test_a_metric_that_nobody_has_is_unknown_and_counts_as_the_mean() -> None:
    counts = WHOLE.counts.copy()
    counts[:, :, 2] = 0
    unknown = replace(WHOLE, counts=counts)
    assert np.isnan(means_of(unknown)[:, 2]).all()
    assert (coordinates(np.eye(9), positions_of(STANDARD, unknown))[:, 2] == 0).all()


@pytest.mark.parametrize("players", [1, 2, 4, 200])
def test_a_covariance_always_has_an_inverse(players: int) -> None:
    members = luck().standard_normal((players, 5))
    assert np.linalg.eigvalsh(covariance_of(members)).min() >= 0.05**2 - 1e-12


def test_players_who_stand_alike_spread_by_the_least_deviation() -> None:
    assert covariance_of(np.ones((50, 3))) == pytest.approx(0.05**2 * np.eye(3))


def test_the_covariance_of_many_players_is_their_own() -> None:
    members = luck().standard_normal((20_000, 3)) @ np.linalg.cholesky(np.full((3, 3), 0.5) + 0.5 * np.eye(3)).T
    assert covariance_of(members) == pytest.approx(np.cov(members.T), abs=0.01)


def test_weekends_move_a_segment_by_what_was_planted() -> None:
    together = np.zeros(300, np.int64)
    shifts = Contexts.of(STANDARD, WHOLE).shifts(together, 1)[0] * STANDARD.deviation
    apart = shifts[WEEKEND] - shifts[CONTEXTS.index(Context.WEEKDAY)]
    assert apart[0] == pytest.approx(0.2, rel=0.1)
    assert apart[1] == pytest.approx(-2.0, rel=0.1)


def test_a_context_of_few_days_hardly_moves_a_segment() -> None:
    few = slice(0, 3)
    sums = (each[few] for each in (WHOLE.counts, WHOLE.sums, WHOLE.squares))
    three = type(WHOLE)(WHOLE.player_ids[few], *sums)
    labels, labels_all = np.zeros(3, np.int64), np.zeros(300, np.int64)
    holiday = CONTEXTS.index(Context.HOLIDAY)
    little = np.abs(Contexts.of(STANDARD, three).shifts(labels, 1)[0, holiday]).mean()
    assert little < np.abs(Contexts.of(STANDARD, WHOLE).shifts(labels_all, 1)[0, holiday]).mean() / 3


def test_players_of_weekends_lean_to_weekends() -> None:
    counts = WHOLE.counts.copy()
    counts[:100, WEEKEND] *= 5
    labels = (np.arange(300) >= 100).astype(np.int64)
    leanings = Contexts.of(STANDARD, replace(WHOLE, counts=counts)).leanings(labels, 2)
    assert leanings[0, WEEKEND] > 0.5
    assert leanings[1, WEEKEND] < 0


def test_a_segment_is_more_so_in_a_context_where_it_moves_further_out_than_others() -> None:
    shifts = np.zeros((2, 3, 2))
    shifts[0, WEEKEND, 0] = 1.0
    more = more_in_context(np.array([[2.0, 0.1], [-2.0, 0.1]]), shifts, np.array([0.5, 0.5]))
    assert more[0].tolist() == [0, 0.5, 0]
    assert more[1].tolist() == [0, 0.5, 0]


def test_segments_that_account_for_all_part_one_and_one_segment_parts_nothing() -> None:
    places = np.repeat([[0.0, 0.0], [5.0, 1.0]], 10, axis=0)
    labels = np.repeat([0, 1], 10)
    assert separation_of(places, labels) == 1.0
    assert separation_of(places, np.zeros(20, np.int64)) == 0.0
    assert separation_of(np.ones((20, 2)), labels) == 0.0


def test_an_axis_explains_its_own_metrics_and_what_goes_with_them() -> None:
    places = luck().standard_normal((2_000, 4))
    assert share_explained(places, places) == pytest.approx(1)
    assert share_explained(places, places[:, :1]) == pytest.approx(0.25, abs=0.02)
    places[:, 1] = places[:, 0]
    assert share_explained(places, places[:, :1]) == pytest.approx(0.5, abs=0.03)
    assert share_explained(places, places[:, [0, 0]]) == pytest.approx(0.5, abs=0.03)


def test_no_axis_and_no_difference_explain_nothing() -> None:
    places = luck().standard_normal((50, 3))
    assert share_explained(places, places[:, :0]) == 0.0
    assert share_explained(np.ones((50, 3)), np.ones((50, 1))) == 0.0


@pytest.mark.parametrize("rule", SegmentRule)
def test_everybody_is_placed_though_only_some_say_where_segments_are(rule: SegmentRule) -> None:
    places = np.repeat([[0.0, 0.0], [8.0, 0.0]], 300, axis=0) + luck().standard_normal((600, 2))
    some = np.where(np.arange(600) % 5 == 0, np.repeat([0, 1], 300), -1)
    assert np.mean(everybody(places, some, rule, None) == np.repeat([0, 1], 300)) > 0.99


def test_a_fit_that_starts_from_the_segments_before_keeps_their_order() -> None:
    places = np.repeat([[0.0, 0.0], [8.0, 0.0]], 200, axis=0) + luck().standard_normal((400, 2))
    before = np.repeat([1, 0], 200)
    assert np.mean(everybody(places, 1 - before, SegmentRule.NATURAL, before) == before) > 0.99


def test_segments_before_that_a_fresh_fit_contradicts_are_not_kept() -> None:
    places = np.repeat([[0.0, 0.0], [8.0, 0.0]], 200, axis=0) + luck().standard_normal((400, 2))
    fresh = np.repeat([0, 1], 200)
    other = (places[:, 1] > 0).astype(np.int64)
    assert np.mean(everybody(places, fresh, SegmentRule.NATURAL, other) == fresh) > 0.99
