"""Rates of what was shown, and a comparison of two profiles that positions do not mislead."""

import numpy as np
import pytest

from tessella.domain.identifiers import ProfileId, SegmentId
from tessella.domain.intervals import wilson
from tessella.domain.ranking.outcomes.cells import By, OutcomeCell, by_position, summed
from tessella.domain.ranking.outcomes.comparison import Comparison, Remark, compare
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.domain.ranking.outcomes.propensities import propensities
from tessella.domain.ranking.outcomes.rates import Evidence, outcome_rows, rate

#: How likely a position is looked at.
LOOKED_AT = 1 / np.arange(1, 11)
#: The old profile was shown at the top of the page mostly, the new one further below. The new one is the better one.
OLD_IMPRESSIONS = np.array([6000, 3000, 1500, 800, 500, 300, 200, 150, 100, 100])
NEW_IMPRESSIONS = OLD_IMPRESSIONS[::-1]
TRUE_RATIO = 1.3


def cell(profile: str | None, position: int | None, *counts: int, segment: str = "all") -> OutcomeCell:
    named = None if profile is None else ProfileId(profile)
    return OutcomeCell(SegmentId(segment), named, position, OutcomeCounts(*counts))


def simulated(rng: np.random.Generator) -> list[OutcomeCell]:
    """One experiment with the planted truth."""
    cells = []
    for profile, impressions, appeal in (("old", OLD_IMPRESSIONS, 0.2), ("new", NEW_IMPRESSIONS, 0.2 * TRUE_RATIO)):
        clicks = rng.binomial(impressions, LOOKED_AT * appeal)
        cells += [cell(profile, at + 1, int(impressions[at]), int(clicks[at])) for at in range(10)]
    return cells


@pytest.fixture(scope="module")
def comparisons() -> list[Comparison]:
    rng = np.random.default_rng(20261121)
    return [compare(simulated(rng), By.PROFILE, ProfileId("new"), ProfileId("old")) for _ in range(1000)]


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_the_plain_rates_say_that_the_better_profile_is_worse(comparisons):
    assert share([each.naive_ratio.interval.high < 1 for each in comparisons]) == 1.0


def test_within_positions_the_interval_covers_the_truth_95_times_in_100(comparisons):
    covered = share([each.ratio.interval.holds(TRUE_RATIO) for each in comparisons])
    assert covered == pytest.approx(0.95, abs=0.02), "1,000 draws tell a coverage to 0.014"
    assert np.exp(np.mean([np.log(each.ratio.value) for each in comparisons])) == pytest.approx(TRUE_RATIO, rel=0.01)


def test_the_rates_at_the_best_position_are_those_that_were_planted(comparisons):
    for side, truth in (("first", 0.26), ("second", 0.2)):
        found = [getattr(each, side).ctr_at_best for each in comparisons]
        assert np.mean(found) == pytest.approx(truth, rel=0.02)


def test_the_propensities_are_those_that_were_planted():
    pooled: dict[str, list[OutcomeCell]] = {"old": [], "new": []}
    for each in (one for seed in range(200) for one in simulated(np.random.default_rng(seed))):
        pooled[each.profile_id].append(each)
    found = propensities([by_position(each) for each in pooled.values()])
    assert [found[position] for position in range(1, 11)] == pytest.approx(list(LOOKED_AT), rel=0.03)


def test_two_profiles_that_are_equal_are_told_apart_five_times_in_100():
    rng, told = np.random.default_rng(7), []
    for _ in range(1000):
        cells = []
        for profile, impressions in (("a", OLD_IMPRESSIONS), ("b", NEW_IMPRESSIONS)):
            clicks = rng.binomial(impressions, LOOKED_AT * 0.2)
            cells += [cell(profile, at + 1, int(impressions[at]), int(clicks[at])) for at in range(10)]
        told.append(not compare(cells, By.PROFILE, "a", "b").ratio.interval.holds(1.0))
    assert share(told) == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(
    ("cells", "remark"),
    [
        ([], Remark.NOT_SHOWN),
        ([cell("new", None, 50, 5), cell("old", 1, 50, 5)], Remark.NOT_SHOWN),
        ([cell("new", 2, 50, 5), cell("old", 1, 50, 5)], Remark.NO_COMMON_POSITION),
        ([cell("new", 1, 50, 0), cell("old", 1, 50, 5)], Remark.NO_CLICKS),
        ([cell("new", 1, 50, 9), cell("old", 1, 50, 50)], Remark.FEW_CLICKS),
        ([cell("new", 1, 50, 10), cell("old", 1, 50, 10)], Remark.HOLDS),
    ],
)  # fmt: skip
def test_a_comparison_says_what_is_missing(cells, remark):
    found = compare(cells, By.PROFILE, "new", "old")
    assert found.remark is remark
    assert (found.ratio is not None) == (remark in (Remark.FEW_CLICKS, Remark.HOLDS))


def test_impressions_at_a_position_of_one_side_only_are_left_out_and_their_share_is_told():
    cells = [cell("new", 1, 100, 20), cell("old", 1, 100, 10), cell("old", 2, 200, 0)]
    found = compare(cells, By.PROFILE, "new", "old")
    assert (found.ratio.value, found.common_positions, found.common_share) == (pytest.approx(2.0), 1, 0.5)


def test_segments_are_compared_as_profiles_are():
    cells = [cell("main", 1, 100, 30, segment="vip"), cell("main", 1, 100, 10, segment="new")]
    assert compare(cells, By.SEGMENT, "vip", "new").ratio.value == pytest.approx(3.0)


def test_sums_are_in_order_of_their_keys_and_what_is_unknown_comes_last():
    cells = [cell("b", 10, 1), cell(None, None, 2), cell("a", 2, 4), cell("a", 10, 8)]
    assert {key: each.impressions for key, each in summed(cells, By.POSITION).items()} == {2: 4, 10: 9, None: 2}
    assert list(summed(cells, By.PROFILE)) == ["a", "b", None]


def test_a_rate_says_how_much_it_rests_on():
    (row,) = outcome_rows([cell("a", 1, 400, 100, 5)], By.PROFILE)
    assert (row.ctr.evidence, row.ctr.value, row.ctr.interval) == (Evidence.ENOUGH, 0.25, wilson(100, 400))
    assert (row.cvr.evidence, row.cvr.value) == (Evidence.ENOUGH, 0.05)
    assert (rate(0, 0).value, rate(1, 99).evidence) == (None, Evidence.FEW)


def test_more_clicks_than_impressions_are_no_rate():
    assert rate(5, 4).evidence is Evidence.INCOMPLETE


def test_wilsons_interval_covers_a_small_rate_as_often_as_it_says():
    seen = np.random.default_rng(3).binomial(200, 0.03, size=4000)
    assert share([wilson(int(each), 200).holds(0.03) for each in seen]) == pytest.approx(0.95, abs=0.02)
