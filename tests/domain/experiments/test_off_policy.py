"""What another policy would have brought, from a log."""

import numpy as np
import pytest

from tessella.domain.experiments.off_policy.evaluation import Drawn, evaluate

RATES = np.array([[0.2, 0.6], [0.5, 0.1]])


def drawn(units: int, seed: int = 3) -> Drawn:
    random = np.random.default_rng(seed)
    segment = random.integers(0, 2, units)
    chances = np.array([[0.8, 0.2], [0.5, 0.5]])[segment]
    variant = (random.random(units) > chances[:, 0]).astype(np.int64)
    reward = (random.random(units) < RATES[segment, variant]).astype(float)
    return Drawn(variant, reward, chances[np.arange(units), variant], segment)


def test_the_policy_that_logged_is_valued_as_it_was_logged() -> None:
    log = drawn(1_000)
    chances = np.array([[0.8, 0.2], [0.5, 0.5]])[log.segment]
    found = evaluate(log, chances)
    assert found.snips is not None
    assert found.ips.value == found.snips.value == found.logged.value == log.reward.mean()
    assert found.effective_units == pytest.approx(1_000)
    assert found.largest_weight == pytest.approx(1)


def test_the_best_policy_is_valued_from_a_log_of_another_and_a_model_makes_it_surer() -> None:
    log = drawn(20_000)
    best = np.eye(2)[RATES.argmax(axis=1)][log.segment]
    found = evaluate(log, best)
    assert found.snips is not None
    for each in (found.ips, found.snips, found.doubly_robust):
        assert each.interval.low < 0.55 < each.interval.high
    assert found.doubly_robust.standard_error < found.snips.standard_error < found.ips.standard_error
    weight = best[np.arange(20_000), log.variant] / log.propensity
    assert found.effective_units == pytest.approx(weight.sum() ** 2 / (weight**2).sum())


def test_a_policy_that_gives_what_nobody_got_is_valued_by_the_model_alone_and_says_so() -> None:
    log = drawn(1_000)
    only = Drawn(np.zeros(1_000, dtype=np.int64), log.reward, np.ones(1_000), log.segment)
    found = evaluate(only, np.tile([0.0, 1.0], (1_000, 1)))
    assert (found.snips, found.effective_units, found.ips.value) == (None, 0.0, 0.0)


def test_intervals_cover_the_value_as_often_as_they_say() -> None:
    covered = {"ips": 0, "doubly_robust": 0}
    for seed in range(200):
        log = drawn(500, seed)
        found = evaluate(log, np.eye(2)[RATES.argmax(axis=1)][log.segment])
        truth = RATES.max(axis=1)[log.segment].mean()
        for name in covered:
            bounds = getattr(found, name).interval
            covered[name] += bounds.low < truth < bounds.high
    assert min(covered.values()) >= 180
