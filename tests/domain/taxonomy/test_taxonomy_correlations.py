from __future__ import annotations

import numpy as np
import pytest

from tessella.domain.identifiers import FeatureName, GameId
from tessella.domain.taxonomy.calibration.correlations import LEAST_PLAYERS, correlation, correlations_of, outcomes_of
from tessella.domain.taxonomy.game import Game, Outcome


def test_the_value_is_pearsons_r_of_membership():
    luck = np.random.default_rng(1)
    members = luck.random(500) < 0.3
    ltv = luck.normal(size=500) + members
    assert correlation(members, ltv).value == pytest.approx(np.corrcoef(members, ltv)[0, 1], abs=1e-12)


@pytest.mark.parametrize("kind", ["normal", "money", "churn"])
def test_the_interval_covers_the_truth_in_19_of_20_samples(kind):
    luck = np.random.default_rng(7)

    def sample(players):
        members = luck.random(players) < 0.25
        if kind == "normal":
            return members, luck.normal(size=players) + 0.8 * members
        if kind == "money":
            return members, np.exp(luck.normal(size=players) + 0.8 * members)
        return members, (luck.random(players) < np.where(members, 0.6, 0.3)).astype(float)

    truth = np.corrcoef(*sample(1_000_000))[0, 1]
    found = [correlation(*sample(800)) for _ in range(400)]
    covered = np.mean([each.low <= truth <= each.high for each in found])
    assert 0.90 <= covered <= 0.98


def test_an_outcome_that_is_unknown_of_some_is_told_from_the_others():
    luck = np.random.default_rng(2)
    members, churn = luck.random(200) < 0.5, luck.random(200)
    churn[:50] = np.nan
    assert correlation(members, churn) == correlation(members[50:], churn[50:])


def test_a_game_without_an_outcome_has_no_correlation_with_it():
    members = np.arange(100) % 2 == 0
    told = correlations_of(members, {Outcome.LTV: np.arange(100.0)})
    assert told[Outcome.LTV] is not None
    assert told[Outcome.CHURN] is None
    assert told[Outcome.SUPPORT] is None


@pytest.mark.parametrize(
    ("members", "outcome"),
    [
        (np.ones(100, bool), np.arange(100.0)),
        (np.zeros(100, bool), np.arange(100.0)),
        (np.arange(100) < LEAST_PLAYERS - 1, np.arange(100.0)),
        (np.arange(100) % 2 == 0, np.full(100, 3.0)),
        (np.arange(100) % 2 == 0, np.full(100, np.nan)),
        (np.arange(5) % 2 == 0, np.arange(5.0)),
    ],
    ids=["everybody is in it", "nobody is", "too few are", "the same for everybody", "known of nobody", "5 players"],
)
def test_what_cannot_be_told_is_none(members, outcome):
    assert correlation(members, outcome) is None


def test_an_outcome_that_is_membership_itself_has_correlation_one():
    members = np.arange(100) % 2 == 0
    assert correlation(members, members.astype(float)).value == pytest.approx(1.0)


def test_the_columns_of_outcomes_are_those_that_the_game_names():
    game = Game(GameId("g"), {}, {}, outcomes={Outcome.SUPPORT: FeatureName("s"), Outcome.LTV: FeatureName("l")})
    told = outcomes_of(game, np.array([[1.0, 2.0]]))
    assert {name: list(column) for name, column in told.items()} == {Outcome.LTV: [1.0], Outcome.SUPPORT: [2.0]}
