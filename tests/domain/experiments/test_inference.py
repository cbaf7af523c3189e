"""Scores, intervals and tests, against what can be worked out by hand or by going through every case."""

from math import log, sqrt

import numpy as np
import pytest
from scipy.stats import chi2

from tessella.domain.experiments.inference.estimates.confidence_sequence import Estimate, estimate
from tessella.domain.experiments.inference.estimates.gate import LEAST_AMOUNTS, gate, is_told_apart
from tessella.domain.experiments.inference.estimates.sample_ratio import sample_ratio
from tessella.domain.experiments.inference.estimates.scores import (
    Scores,
    contrast,
    lift_between,
    lift_over_uniform,
    unweighted,
    value_of,
)
from tessella.domain.experiments.inference.logged.logged import Logged
from tessella.domain.experiments.setup.metric import Reward

#: Two kinds of units, each with propensities, beliefs that are wrong, and what they really bring.
PROPENSITIES = np.array([[0.7, 0.2, 0.1], [0.05, 0.05, 0.9]])
BELIEVED = np.array([[0.1, 0.5, 0.2], [0.0, 0.3, 0.9]])
REALLY = np.array([[0.3, 0.2, 0.6], [0.1, 0.4, 0.2]])
ONE = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
OTHER = np.array([[1.0, 0.0, 0.0], [0.2, 0.8, 0.0]])


def logged(
    counts: np.ndarray, rewarded: np.ndarray, propensities: np.ndarray, means: np.ndarray | None = None
) -> Logged:
    """From arrays of shape (kinds, variants); each kind has its propensities."""
    kinds, variants = counts.shape
    each_row = np.repeat(np.arange(kinds), variants)
    known = np.zeros_like(propensities) if means is None else means
    sums = rewarded.ravel().astype(float)
    return Logged(
        np.tile(np.arange(variants), kinds), counts.ravel().astype(float), sums, sums, sums,
        propensities[each_row], known[each_row],
    )  # fmt: skip


def every_case(total: np.ndarray) -> Logged:
    """As many units as their propensities say, with what they really bring."""
    return logged(PROPENSITIES, PROPENSITIES * total, PROPENSITIES, BELIEVED)


def mean_by_kind(of: Logged, scores: Scores) -> np.ndarray:
    """The expected score of each kind's units."""
    return (scores.constant * of.units + scores.slope * of.total).reshape(2, 3).sum(axis=1)


def test_every_score_is_right_on_average_whatever_was_believed_and_however_variants_were_drawn() -> None:
    of = every_case(REALLY)
    difference = contrast(of, 2, 0, np.full_like(of.means, 0.2))
    assert mean_by_kind(of, difference) == pytest.approx(REALLY[:, 2] - REALLY[:, 0])
    assert mean_by_kind(of, value_of(of, np.repeat(ONE, 3, axis=0))) == pytest.approx((ONE * REALLY).sum(axis=1))
    drawn = (PROPENSITIES * REALLY).sum(axis=1)
    assert mean_by_kind(of, lift_over_uniform(of)) == pytest.approx(drawn - REALLY.mean(axis=1))
    between = lift_between(of, np.repeat(ONE, 3, axis=0), np.repeat(OTHER, 3, axis=0))
    assert mean_by_kind(of, between) == pytest.approx(((ONE - OTHER) * REALLY).sum(axis=1))


def test_a_contrast_counts_only_units_that_might_have_got_either_variant() -> None:
    chances = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    everything = logged(100 * chances, 100 * chances * REALLY, chances)
    of = everything.where(everything.units > 0)
    scores = contrast(of, 2, 0, np.full_like(of.means, 0.2))
    assert scores.weight[:2].tolist() == [0, 0]
    assert estimate(of, unweighted(scores)).value == pytest.approx(REALLY[1, 2] - REALLY[1, 0])


def test_an_estimate_from_sums_is_the_one_from_units() -> None:
    of = logged(np.array([[40, 60]]), np.array([[10, 30]]), np.array([[0.4, 0.6]]), np.array([[0.2, 0.4]]))
    scores = contrast(of, 1, 0, np.array([[0.16, 0.24]] * 2))
    weight = (0.16 / 0.4 + 0.24 / 0.6) ** -0.5
    units = [0.2 - (1 - 0.2) / 0.4] * 10 + [0.2 + 0.2 / 0.4] * 30 + [0.2 + 0.6 / 0.6] * 30 + [0.2 - 0.4 / 0.6] * 30
    found = estimate(of, scores)
    assert found.value == pytest.approx(np.mean(units))
    assert found.weight == pytest.approx(100 * weight)
    assert found.variation == pytest.approx(weight**2 * np.var(units) * 100)


def test_an_interval_is_that_of_the_paper_and_its_evidence_is_1_over_alpha_at_its_edge() -> None:
    planned, alpha = 400.0, 0.05
    tuned = (-2 * log(alpha) + log(-2 * log(alpha)) + 1) / planned
    reach = sqrt((100 * tuned + 1) / tuned * 2 * log(sqrt(100 * tuned + 1) / alpha)) / 50
    found = Estimate(0.0, 50.0, 100.0).sequence(planned, alpha)
    assert (found.low, found.high) == pytest.approx((-reach, reach))
    assert Estimate(reach, 50.0, 100.0).evidence(planned, alpha) == pytest.approx(1 / alpha)
    widths = {at: Estimate(0.0, 400.0, 400.0).sequence(at).high for at in (40.0, 400.0, 4_000.0)}
    assert min(widths, key=widths.__getitem__) == 400.0


def test_the_evidence_of_a_sample_ratio_is_a_fair_game_at_every_step() -> None:
    """One unit's factor is 1 on average, whatever the weights: so its evidence may be looked at at any time."""
    for chances in (np.array([0.5, 0.5]), np.array([0.9, 0.08, 0.02])):
        outcomes = np.eye(len(chances))
        evidence = [
            np.exp(sample_ratio(logged(each[None], each[None], chances[None])).log_evidence) for each in outcomes
        ]
        assert chances @ evidence == pytest.approx(1)


def test_one_in_twenty_of_a_variant_that_is_lost_is_found_and_no_loss_is_no_alarm() -> None:
    chances = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    counts = np.array([[50_000, 30_000, 20_000], [10_000, 10_000, 80_000]])
    fine = sample_ratio(logged(counts, counts, chances))
    lost = sample_ratio(logged(np.round(counts * [1, 0.95, 1]), counts, chances))
    assert not fine.is_alarming()
    assert fine.fixed_time_p == pytest.approx(1)
    assert lost.is_alarming(among=100)
    assert lost.fixed_time_p < 1e-6


def test_a_variant_that_is_given_as_its_weights_say_is_tested_by_sums_over_versions() -> None:
    """By hand, for two variants: (O - E)^2 / sum of e (1 - e)."""
    chances = np.array([[0.5, 0.5], [0.9, 0.1]])
    found = sample_ratio(logged(np.array([[60, 40], [88, 12]]), np.zeros((2, 2)), chances))
    distance = (148 - 140) ** 2 / (100 * 0.25 + 100 * 0.09)
    assert found.fixed_time_p == pytest.approx(chi2.sf(distance, 1))


def test_the_gate_waits_for_the_variant_with_too_little() -> None:
    chances = np.array([[0.9, 0.1]])
    few = gate(logged(np.array([[9_000, 1_000]]), np.array([[450, 39]]), chances), (0, 1))
    assert not few.is_open
    [waiting] = few.waiting
    assert (waiting.variant, waiting.rewarded, waiting.unrewarded) == (1, 39, 961)
    assert waiting.effective == pytest.approx(1_000)
    assert gate(logged(np.array([[9_000, 1_000]]), np.array([[450, 40]]), chances), (0, 1)).is_open
    assert not gate(logged(np.array([[3_000, 300]]), np.array([[900, 40]]), chances), (0, 1)).is_open


def test_a_variant_that_waits_holds_back_no_comparison_but_its_own() -> None:
    chances = np.array([[0.4, 0.4, 0.2]])
    found = gate(logged(np.array([[4_000, 4_000, 1_000]]), np.array([[200, 200, 39]]), chances), (0, 1, 2))
    assert (found.is_open, found.opened.pairs) == (True, {(0, 1)})
    assert [each.variant for each in found.waiting] == [2]


def test_a_hopeless_variant_is_compared_once_it_would_have_enough_if_it_were_half_as_good() -> None:
    chances, units = np.array([[0.7, 0.3]]), np.array([[1_400, 600]])
    hopeless, thin = (logged(units, np.array([[each, 0]]), chances) for each in (187, 186))
    assert (gate(hopeless, (0, 1)).opened.pairs, gate(hopeless, (0, 1)).opened.known) == ({(0, 1)}, {0})
    assert not gate(thin, (0, 1)).is_open
    nearly_all = logged(units, np.array([[700, 590]]), chances)
    assert gate(nearly_all, (0, 1)).is_open
    assert not gate(hopeless, (0, 1), Reward.CONTINUOUS).is_open


def test_what_was_open_once_stays_open_when_later_units_hardly_ever_got_the_variant() -> None:
    chances, units = np.array([[0.5, 0.5], [0.03, 0.97]]), np.array([[750, 750], [60, 1_940]])
    both = logged(units, units * 0.2, chances)
    first = gate(both.where(np.array([True, True, False, False])), (0, 1))
    assert first.is_open
    assert not gate(both, (0, 1)).is_open
    assert gate(both, (0, 1), before=first.opened) == first


def test_amounts_may_be_brought_by_every_unit_and_more_of_them_are_needed() -> None:
    chances = np.array([[0.5, 0.5]])
    all_pay = logged(np.array([[5_000, 5_000]]), np.array([[5_000, LEAST_AMOUNTS]]), chances)
    assert gate(all_pay, (0, 1), Reward.CONTINUOUS).is_open
    fewer = logged(np.array([[5_000, 5_000]]), np.array([[5_000, LEAST_AMOUNTS - 1]]), chances)
    assert not gate(fewer, (0, 1), Reward.CONTINUOUS).is_open


def test_two_policies_are_told_apart_by_units_that_only_one_of_them_would_treat_so() -> None:
    chances = np.array([[0.5, 0.5], [0.5, 0.5]])
    own, single = np.eye(2)[[0, 0, 1, 1]], np.eye(2)[[0, 0, 0, 0]]
    few = logged(np.array([[9_000, 9_000], [500, 500]]), np.array([[900, 900], [50, 39]]), chances)
    enough = logged(np.array([[9_000, 9_000], [500, 500]]), np.array([[900, 900], [50, 40]]), chances)
    assert not is_told_apart(few, own, single)
    assert is_told_apart(enough, own, single)
    assert is_told_apart(few, single, single)
    all_pay = logged(np.array([[9_000, 9_000], [50, 40]]), np.array([[9_000, 9_000], [50, 40]]), chances)
    assert is_told_apart(all_pay, own, single, Reward.CONTINUOUS)
    assert not is_told_apart(all_pay, own, single)
