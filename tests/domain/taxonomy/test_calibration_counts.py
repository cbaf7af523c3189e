"""How many segments an axis has: the elbow, the gap, the valley, the halves, and what is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.count import Candidate, candidates
from tessella.domain.taxonomy.calibration.cut import Labels, Points, assigned, cut_of, points_of, settled
from tessella.domain.taxonomy.calibration.elbow import elbow_of, squares_of
from tessella.domain.taxonomy.calibration.gap import gaps_of, without_groups
from tessella.domain.taxonomy.calibration.search import best_cuts
from tessella.domain.taxonomy.calibration.stability import stability_of
from tessella.domain.taxonomy.calibration.valley import shallowest
from tessella.domain.taxonomy.game import SegmentRule

PLAYERS = 400


def luck(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def chosen_of(coordinates: Array, seed: int, rule: SegmentRule = SegmentRule.NATURAL) -> Candidate:
    """The first that is not refused."""
    return next(each for each in candidates(coordinates, rule, seed) if each.labels is not None)


def sizes(candidate: Candidate) -> list[int]:
    assert candidate.labels is not None
    return np.bincount(candidate.labels).tolist()


def clouds(*centers: tuple[float, ...], players: int = PLAYERS, seed: int = 0) -> Array:
    """As many players around each center."""
    middles = np.repeat(np.array(centers, dtype=np.float64), players // len(centers), axis=0)
    return middles + luck(seed).standard_normal(middles.shape)


THREE = clouds((0, 0), (6, 0), (0, 6))
WITHOUT_GROUPS = {
    "normal": luck().standard_normal((PLAYERS, 3)),
    "even": luck().random((PLAYERS, 3)),
    "skewed": luck().exponential(1.0, (PLAYERS, 3)),
    "heavy": luck().standard_t(4, (PLAYERS, 3)),
    "one line": luck().standard_normal((PLAYERS, 1)) @ np.ones((1, 3)) + 0.1 * luck(1).standard_normal((PLAYERS, 3)),
}


def test_three_clouds_are_three_segments_by_every_rule() -> None:
    count = chosen_of(THREE, 0).count
    assert (count.chosen, count.by_gap, count.by_elbow) == (3, 3, 3)
    assert count.stability is not None
    assert count.stability > 0.95


@pytest.mark.parametrize("shape", WITHOUT_GROUPS)
def test_players_without_groups_are_one_segment_though_the_elbow_sees_more(shape: str) -> None:
    count = chosen_of(WITHOUT_GROUPS[shape], 0).count
    assert count.chosen == 1
    assert count.by_elbow > 1
    assert count.stability is None


def test_a_long_cloud_is_not_cut_before_two_that_are_near() -> None:
    long = clouds((0, 0), (0, 6)) * np.array([30.0, 1.0])
    chosen = chosen_of(long, 0)
    assert chosen.count.chosen == 2
    assert sizes(chosen) == pytest.approx([PLAYERS // 2] * 2, abs=3)


def test_metrics_in_other_units_give_the_same_number_and_cut() -> None:
    turned = THREE @ np.array([[2.0, 0.3], [0.0, 0.01]])
    assert chosen_of(turned, 0).count.chosen == 3


def test_a_few_outliers_are_no_segment() -> None:
    places = WITHOUT_GROUPS["normal"].copy()
    places[:3] += 40.0
    assert chosen_of(places, 0).count.chosen == 1


def test_groups_that_run_into_one_another_are_not_parted_and_the_reason_says_so() -> None:
    arms = luck(3).exponential(1.0, (2_000, 5))
    refused, *_, one = candidates(arms, SegmentRule.NATURAL, 3)
    assert refused.labels is None
    assert refused.count.chosen == one.count.by_gap > 1
    assert "run together" in refused.count.reason
    assert one.count.chosen == 1


def test_players_who_all_stand_alike_are_one_segment() -> None:
    chosen = chosen_of(np.ones((PLAYERS, 3)), 0)
    assert chosen.count.chosen == 1
    assert chosen.count.reason == "No player differs from another on it."


def test_a_metric_that_repeats_another_does_not_break_the_search() -> None:
    assert chosen_of(np.hstack([THREE, THREE[:, :1]]), 0).count.chosen == 3


def test_players_who_are_all_at_one_of_two_places_are_two_segments() -> None:
    places = np.repeat([[0.0, 1.0], [1.0, 0.0]], PLAYERS // 2, axis=0)
    assert chosen_of(places, 0).count.chosen == 2


def test_a_pass_never_makes_a_cut_worse() -> None:
    points = points_of(THREE)
    start = points.values[luck(5).choice(len(THREE), 3, replace=False)]
    begun = cut_of(points, settled(points, start).labels)
    assert settled(points, begun.centers, begun.within).log_det <= begun.log_det + 1e-9


def test_a_segment_that_loses_all_its_players_stays_where_it_was() -> None:
    points = points_of(THREE)
    cut = settled(points, np.vstack([points.values[:2], [[1e6, 1e6]]]))
    assert cut.sizes.tolist()[2] == 0
    assert np.isfinite(cut.log_det)


def test_more_segments_always_cut_better_than_fewer() -> None:
    falls = [each.log_det for each in best_cuts(points_of(THREE), 8, luck())]
    assert falls == sorted(falls, reverse=True)


def test_without_groups_k_slices_leave_one_part_in_k_squared() -> None:
    expected = -2 * np.log(np.arange(1, 9))
    assert without_groups(1_000, 3, 8) == pytest.approx(expected, abs=0.1)


def test_the_gap_is_greatest_at_the_planted_number_and_below_zero_without_groups() -> None:
    planted = gaps_of(best_cuts(points_of(THREE), 8, luck()), 2)
    none = gaps_of(best_cuts(points_of(WITHOUT_GROUPS["normal"]), 8, luck()), 3)
    assert planted.argmax() == 2
    assert none[1:].max() < 0


def test_a_cut_that_parts_off_fewer_than_ten_players_has_no_gap() -> None:
    places = clouds((0, 0))
    places[:5] += 100.0
    assert gaps_of(best_cuts(points_of(places), 2, luck()), 2)[1] == -np.inf


def agreement_of(coordinates: Array, count: int) -> float:
    points = points_of(coordinates)

    def told_by(half: Labels) -> Labels:
        return assigned(points, best_cuts(Points(points.values[half]), count, luck())[-1])

    return stability_of(len(coordinates), told_by, luck())


def test_halves_agree_on_clouds_and_not_on_a_plain() -> None:
    assert agreement_of(THREE, 3) > 0.95
    assert agreement_of(WITHOUT_GROUPS["normal"], 3) < 0.8


def test_a_valley_is_deep_between_clouds_and_none_in_a_plain() -> None:
    between = [points_of(each) for each in (THREE, WITHOUT_GROUPS["even"])]
    assert shallowest(between[0], best_cuts(between[0], 3, luck())[2]) < 0.2
    assert shallowest(between[1], best_cuts(between[1], 2, luck())[1]) > 0.75


def test_the_elbow_of_sums_of_squares_is_where_they_bend() -> None:
    squares = squares_of(THREE, 8, 0)
    assert len(squares) == 8
    assert elbow_of(squares) == 3


def test_the_elbow_of_fewer_places_than_segments_asks_for_no_more() -> None:
    places = np.repeat([[0.0, 1.0], [1.0, 0.0]], 20, axis=0)
    assert len(squares_of(places, 8, 0)) == 2


def test_a_game_may_have_a_continuum_cut_by_the_elbow_and_the_reason_says_that_there_are_no_groups() -> None:
    line = WITHOUT_GROUPS["one line"]
    chosen = chosen_of(line, 0, SegmentRule.ELBOW)
    assert 1 < chosen.count.chosen <= chosen.count.by_elbow
    assert chosen.count.by_gap == 1
    assert "No groups: a continuum" in chosen.count.reason
    assert min(sizes(chosen)) > PLAYERS / 10


def test_a_continuum_on_whose_cut_halves_do_not_agree_is_not_cut_even_then() -> None:
    ball = luck(2).standard_normal((PLAYERS, 5))
    assert chosen_of(ball, 0, SegmentRule.ELBOW).count.chosen == 1


def test_groups_that_are_there_are_taken_before_the_elbow() -> None:
    chosen = chosen_of(THREE, 0, SegmentRule.ELBOW)
    assert chosen.count.chosen == 3
    assert "No groups" not in chosen.count.reason
