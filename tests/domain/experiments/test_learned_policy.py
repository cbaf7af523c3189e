"""What a refresh learns: weights by segment, and what they rest on."""

import numpy as np
import pytest

from tessella.domain.experiments.assignment.hashes import WHOLE
from tessella.domain.experiments.learning.learned import LearnedPolicy, learned_policy
from tessella.domain.experiments.learning.maturity import Ages, maturity
from tessella.domain.experiments.learning.weights import FLOOR, uniform_share
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.metric import Goal, Metric, Reward
from tessella.domain.experiments.tally import RewardCell, Tally, UnitCell
from tests.domain.experiments.declared import HOUR_US, NOW, experiment, tally, together

CLEAR = {"source:x": ((1_000, 50), (1_000, 120)), "source:y": ((1_000, 120), (1_000, 50))}


def learned(of: Experiment, counted: Tally, **settings: object) -> LearnedPolicy:
    return learned_policy(of, counted, [first_policy(of)], NOW, **settings)


def weights(found: LearnedPolicy, key: str) -> list[int]:
    policy = found.published.policy
    chosen = policy.segments.get(key, policy.otherwise)
    return [chosen.share(each) for each in range(len(chosen.running))]


def test_each_segment_gets_what_works_there_and_the_same_counts_give_the_same_policy() -> None:
    found = learned(experiment(), tally(CLEAR))
    assert weights(found, "source:x") == [round(FLOOR * WHOLE), WHOLE - round(FLOOR * WHOLE)]
    assert weights(found, "source:y") == [WHOLE - round(FLOOR * WHOLE), round(FLOOR * WHOLE)]
    assert found == learned(experiment(), tally(CLEAR))
    assert found.published.policy.version == 1
    assert found.published.policy.holdout == round(WHOLE * uniform_share(4_000))


@pytest.mark.parametrize("variants", [2, 4])
@pytest.mark.parametrize("posterior", ["hierarchical", "beta_thompson", "epsilon_greedy"])
def test_of_a_metric_that_is_to_shrink_the_lowest_variant_is_the_best(variants: int, posterior: str) -> None:
    of = experiment(variants, metrics=(Metric(goal=Goal.MINIMISE),), posterior=posterior)
    rates = [(2_000, 20), *[(2_000, 300)] * (variants - 1)]
    found = learned(of, tally({"source:x": rates, "source:y": rates}))
    assert np.argmax(weights(found, "source:x")) == 0
    assert weights(found, "source:x")[0] / WHOLE > 0.9
    assert np.argmax(found.segments["source:y"].best) == 0
    assert np.argmin(found.losses) == 0


def test_a_segment_with_too_few_units_has_the_weights_of_all_together_and_says_so() -> None:
    few = CLEAR | {"source:z": ((40, 40), (40, 0))}
    found = learned(experiment(), tally(few))
    assert found.segments["source:z"].is_pooled
    assert not found.segments["source:x"].is_pooled
    assert weights(found, "source:z") == weights(found, "source:never seen")
    assert weights(found, "source:z") != weights(found, "source:y")
    assert found.published.means["source:z"][0] > 0.2  # what is expected of it is still its own


def test_a_disabled_variant_gets_nobody_not_in_the_holdout_either() -> None:
    found = learned(experiment(3), tally({"source:x": ((900, 9), (900, 90), (900, 10))}), disabled=frozenset("b"))
    policy = found.published.policy
    assert weights(found, "source:x")[1] == weights(found, "source:none")[1] == policy.uniform.share(1) == 0
    assert policy.propensities("source:x")[1] == 0
    assert sum(policy.propensities("source:x")) == pytest.approx(1)
    assert min(weights(found, "source:x")[0], weights(found, "source:x")[2]) >= round(FLOOR * WHOLE) - 1


def test_nothing_seen_yet_is_no_reason_to_prefer_anything() -> None:
    found = learned(experiment(), Tally([], [], {}))
    assert found.segments == {}
    assert weights(found, "source:x")[0] / WHOLE == pytest.approx(0.5, abs=0.03)
    assert found.published.otherwise_means == pytest.approx((0.05, 0.05), rel=0.8)


def test_a_variant_is_not_worse_because_its_units_are_young() -> None:
    """A reward comes within a day, at any time alike. Half of b were assigned in the last three hours."""
    evenly = {"conversion": [25.0 + 12.5] * 2 + [25.0] * 30}
    old = tally({"source:x": ((4_000, 400), (4_000, 400))}, delays=evenly)
    young = tally({"source:x": ((0, 0), (4_000, 25))}, cohort=NOW - 3 * HOUR_US, delays=evenly)
    found = learned(experiment(), together(old, young))
    assert found.segments["source:x"].mean[1] == pytest.approx(found.segments["source:x"].mean[0], rel=0.02)
    assert min(found.segments["source:x"].best) > 0.15


def test_amounts_are_learned_as_amounts() -> None:
    """As many of b buy, and they spend twice as much."""
    of = experiment(metrics=(Metric("revenue", Reward.CONTINUOUS),), expected=1.0)
    place = ("segment", "source:x", "source:x", 0, False)
    units = [UnitCell(*place, variant, 0, 2_000) for variant in (0, 1)]
    rewards = [
        RewardCell(*place, variant, 0, "revenue", 200, 200 * amount, 200 * 2 * amount**2)
        for variant, amount in enumerate((10.0, 20.0))
    ]
    found = learned(of, Tally(units, rewards, {}))
    assert weights(found, "source:x")[1] / WHOLE > 0.95
    assert found.segments["source:x"].mean == pytest.approx((1.0, 2.0), rel=0.1)
    summary = found.published.metrics["revenue"]
    assert summary.means == (1.0, 2.0)
    assert summary.variances == pytest.approx((20 - 1, 80 - 4), rel=0.05)


def test_only_the_largest_of_many_segments_are_learned_of_one_by_one() -> None:
    many = {f"source:{each}": ((200, 10),) * 10 for each in range(60)}
    found = learned(experiment(10), tally(many))
    own = [each for each in found.segments.values() if not each.is_pooled]
    assert len(found.segments) == 60
    assert len(own) == 39


def test_before_rewards_have_come_they_are_taken_to_come_evenly() -> None:
    nothing = maturity([0.0] * 32, Ages(np.array([]), np.array([])), 32, expected=0.1)
    assert nothing.share(np.array([0.0, 8.0, 16.0, 32.0, 99.0])).tolist() == pytest.approx([0, 0.25, 0.5, 1, 1])


def test_rewards_that_all_come_at_once_make_a_unit_count_at_once() -> None:
    old = Ages(np.array([np.inf]), np.array([100_000.0]))
    found = maturity([10_000.0] + [0.0] * 31, old, 32, expected=0.1)
    assert found.share(np.array([1.0]))[0] == pytest.approx(1, abs=0.01)


def test_late_rewards_that_young_units_had_no_time_for_are_not_taken_to_be_rare() -> None:
    """Rewards come evenly. Nine units of ten have lived through a quarter of the window only."""
    young, old = 90_000.0, 10_000.0
    ages = Ages(np.array([8.0, np.inf]), np.array([young, old]))
    seen = [(young + old) * 0.1 / 32] * 8 + [old * 0.1 / 32] * 24
    assert maturity(seen, ages, 32, expected=0.1).share(np.array([8.0]))[0] == pytest.approx(0.25, abs=0.01)
