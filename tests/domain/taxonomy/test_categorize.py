"""One player's memberships: distances, strengths, shares, what is told of them and how sure it is."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

from tessella.domain.errors.membership import MetricsChanged
from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.baselines import Baseline
from tessella.domain.taxonomy.membership.categorize import categorized
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.profile import PlayerBehavioralProfile
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tests.domain.taxonomy.calibrated_by_hand import DAY, a_segment, a_taxonomy, an_axis

LUCK = np.random.default_rng(5)


def known(position: list[float], *, days: float = 6.0, taxonomy: GameBehavioralTaxonomy | None = None) -> Baseline:
    """A player at a position, of whom each metric is known from so many days in each context; NaN: unknown."""
    standard = (taxonomy or a_taxonomy()).standard
    at = np.array(position)
    mean = np.nan_to_num(at) * standard.deviation + standard.location
    counts = np.where(np.isnan(at), 0.0, days) * np.ones((3, 1))
    return Baseline(SubjectId("p"), DAY, counts, counts * mean, counts * mean**2)


def profile(taxonomy: GameBehavioralTaxonomy, baseline: Baseline) -> PlayerBehavioralProfile:
    return categorized(taxonomy, Space.of(taxonomy), baseline)


def many_axes(count: int, segments: int = 3) -> GameBehavioralTaxonomy:
    """Axes of two metrics each, with segments in a row."""
    metrics = 2 * count
    axes = [
        an_axis(
            f"axis{each}", metrics, (2 * each, 2 * each + 1),
            *(a_segment(10 * each + at, (2.0 * at - 2, 0.3 * each), 1 / segments) for at in range(segments)),
        )
        for each in range(count)
    ]  # fmt: skip
    return a_taxonomy(*axes, metrics=metrics)


def skewed(taxonomy: GameBehavioralTaxonomy) -> GameBehavioralTaxonomy:
    """The same with any covariances."""
    axes = []
    for axis in taxonomy.axes:
        width = axis.projection.shape[1]
        factors = [LUCK.normal(size=(width, width + 2)) for _ in axis.segments]
        covariances = [0.2 * each @ each.T + 0.05 * np.eye(width) for each in factors]
        together = zip(axis.segments, covariances, strict=True)
        axes.append(replace(axis, segments=tuple(replace(each, covariance_matrix=to) for each, to in together)))
    return replace(taxonomy, axes=tuple(axes))


def test_a_player_at_a_center_belongs_wholly_to_that_segment():
    best = profile(a_taxonomy(), known([1, 1, 0, 0])).memberships[0]
    assert (best.segment_id, best.segment_name, best.axis_name) == (2, "segment 2", "monetization")
    assert best.membership_strength == pytest.approx(1)
    assert best.distance_from_center == pytest.approx(0, abs=1e-7)
    assert best.typicality == pytest.approx(1)
    assert best.position_offset == pytest.approx({"m0": 0, "m1": 0}, abs=1e-12)


def test_membership_is_fuzzy_and_falls_as_exp_of_half_the_squared_distance():
    for steps in (0.5, 1.0, 2.0, 3.0):
        best = profile(a_taxonomy(), known([1 + steps * 0.5, 1, 0, 0])).memberships[0]
        assert best.distance_from_center == pytest.approx(steps)
        assert best.membership_strength == pytest.approx(exp(-0.5 * steps**2))


def test_distances_are_those_that_scipy_tells():
    taxonomy = skewed(many_axes(2))
    at = LUCK.normal(size=4)
    told = {each.segment_id: each for each in profile(taxonomy, known(list(at), taxonomy=taxonomy)).memberships}
    for axis in taxonomy.axes:
        for each in axis.segments:
            inverse = np.linalg.inv(each.covariance_matrix)
            peer = mahalanobis(at @ axis.projection, each.center_position, inverse)
            assert told[each.segment_id].distance_from_center == pytest.approx(peer)


def test_position_offsets_are_tracked_by_metric_in_deviations_of_the_population():
    told = profile(a_taxonomy(), known([0.5, 2, 9, 9])).memberships
    offsets = {each.segment_id: each.position_offset for each in told}
    assert offsets[2] == pytest.approx({"m0": -0.5, "m1": 1.0})
    assert offsets[1] == pytest.approx({"m0": 1.5, "m1": 3.0})


def test_the_shares_of_an_axis_sum_to_one():
    taxonomy = skewed(many_axes(2))
    told = profile(taxonomy, known(list(LUCK.normal(size=4)), taxonomy=taxonomy)).memberships
    for axis in taxonomy.axes:
        assert sum(each.share for each in told if each.axis_name == axis.axis_name) == pytest.approx(1)


def test_an_axis_of_one_segment_is_shared_by_nobody_else():
    taxonomy = a_taxonomy(an_axis("engagement", 4, (2, 3), a_segment(7, (0, 0), 1.0)))
    [only] = profile(taxonomy, known([0, 0, 2, 2])).memberships
    assert only.share == 1
    assert only.membership_strength == pytest.approx(exp(-0.5 * 32))


def test_a_wide_segment_does_not_take_in_the_players_of_a_narrow_one():
    """Two deviations of the narrow one are one of the wide one; but so near, the narrow one is far denser."""
    narrow, wide = a_segment(1, (0, 0), sd=0.2), a_segment(2, (2, 0), sd=1.6)
    taxonomy = a_taxonomy(an_axis("monetization", 4, (0, 1), narrow, wide))
    first, second = profile(taxonomy, known([0.4, 0, 0, 0])).memberships
    assert first.segment_id == 1
    assert first.share > 0.9
    assert second.distance_from_center < first.distance_from_center


def test_seven_memberships_are_told_each_axis_s_best_first_and_then_by_strength():
    taxonomy = many_axes(3)
    told = profile(taxonomy, known(list(LUCK.normal(size=6)), taxonomy=taxonomy)).memberships
    assert len(told) == 7
    assert {each.axis_name for each in told[:3]} == {"axis0", "axis1", "axis2"}
    for part in (told[:3], told[3:]):
        strengths = [each.membership_strength for each in part]
        assert strengths == sorted(strengths, reverse=True)


def test_of_more_than_seven_axes_the_seven_strongest_are_told():
    taxonomy = many_axes(9, segments=2)
    told = profile(taxonomy, known(list(LUCK.normal(size=18)), taxonomy=taxonomy)).memberships
    assert len({each.axis_name for each in told}) == len(told) == 7


def test_centers_account_for_all_of_a_player_who_stands_at_them():
    assert profile(a_taxonomy(), known([1, 1, 5, 5])).variance_coverage == pytest.approx(1)


def test_variance_coverage_falls_with_what_the_centers_leave_over():
    assert profile(a_taxonomy(), known([1, 2, 0, 0])).variance_coverage == pytest.approx(1 - 1 / 5)
    assert profile(a_taxonomy(), known([0.1, 0.1, 0, 0])).variance_coverage == 0


def test_a_player_at_the_population_s_mean_is_covered_where_a_center_is_there():
    taxonomy = a_taxonomy(an_axis("engagement", 4, (2, 3), a_segment(7, (0, 0), 1.0)))
    assert profile(taxonomy, known([3, 3, 0, 0])).variance_coverage == pytest.approx(1)


def test_confidence_grows_with_the_days_that_are_known():
    told = [profile(a_taxonomy(), known([1, 1, 0, 0], days=each)) for each in (1, 3, 10)]
    shares = [each.memberships[0].share for each in told]
    expected = [share * days / (days + 1) for share, days in zip(shares, (3, 9, 30), strict=True)]
    assert [each.confidence for each in told] == pytest.approx(expected)
    assert [each.memberships[0].confidence for each in told] == pytest.approx(expected)


def test_a_player_between_two_segments_is_told_with_half_the_confidence():
    told = profile(a_taxonomy(), known([0, 0, 0, 0], days=300))
    assert told.memberships[0].share == pytest.approx(0.5)
    assert told.confidence == pytest.approx(0.5, abs=0.01)


def test_an_unknown_metric_stands_at_the_mean_is_named_and_costs_confidence():
    whole, missing = (profile(a_taxonomy(), known([1, each, 0, 0])) for each in (0, np.nan))
    assert np.isnan(missing.position[1])
    assert missing.memberships[0].distance_from_center == pytest.approx(whole.memberships[0].distance_from_center)
    assert missing.confidence == pytest.approx(whole.confidence / 2)
    assert list(missing.memberships[0].position_offset) == ["m0"]
    assert missing.warnings == ("Not known, so the population's mean stands for it: m1.",)


def test_a_player_of_one_day_is_told_with_a_warning():
    baseline = known([1, 1, 0, 0])
    counts = np.zeros((3, 4))
    counts[0] = 1
    one_day = replace(baseline, counts=counts, sums=baseline.sums / 6 * counts)
    told = profile(a_taxonomy(), one_day)
    assert told.days == 1
    assert told.confidence == pytest.approx(told.memberships[0].share / 2)
    assert told.warnings == ("Only 1 day is known of this player: the position may be chance.",)


def test_a_player_of_no_day_is_told_with_no_confidence():
    told = profile(a_taxonomy(), known([np.nan] * 4))
    assert (told.days, told.confidence) == (0, 0)
    assert told.memberships[0].position_offset == {}
    assert told.warnings[0].startswith("Only 0 days are known")


def test_sums_that_are_not_finite_count_as_unknown():
    baseline = known([1, 1, 0, 0])
    sums = baseline.sums.copy()
    sums[0, 0], sums[1, 1] = np.inf, np.nan
    told = profile(a_taxonomy(), replace(baseline, sums=sums))
    assert np.isnan(told.position[:2]).all()
    assert told.confidence == 0


def test_a_player_outside_of_all_segments_is_named():
    told = profile(a_taxonomy(), known([9, 9, 0, 0]))
    assert told.memberships[0].typicality == pytest.approx(1 / 501)
    assert told.warnings == (
        'On the axis "monetization" the player stands outside of all segments: "segment 2" fits best, and of its own '
        "players 0.2% are as far from its center.",
    )


def test_a_covariance_that_is_singular_gives_a_distance():
    flat = replace(a_segment(1, (0, 0)), covariance_matrix=np.array([[1.0, 1.0], [1.0, 1.0]]))
    taxonomy = a_taxonomy(an_axis("monetization", 4, (0, 1), flat))
    told = profile(taxonomy, known([0.5, 0.5, 0, 0])).memberships[0]
    assert told.distance_from_center == pytest.approx(0.5, abs=1e-3)
    assert np.isfinite(profile(taxonomy, known([1, -1, 0, 0])).memberships[0].distance_from_center)


def test_a_baseline_of_other_metrics_is_refused():
    with pytest.raises(MetricsChanged, match="of 3 metrics, and the taxonomy is of 4"):
        profile(a_taxonomy(), replace(known([0] * 4), counts=np.ones((3, 3)), sums=np.ones((3, 3))))
