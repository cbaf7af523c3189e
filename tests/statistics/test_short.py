"""What experiments say is true where the truth is known: few worlds, with fixed seeds. `make statistics` runs many."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.experiments_alarms import flagged_at, is_alarmed
from benchmarks.experiments_evidence import found_by
from benchmarks.experiments_judge import PLAIN, SEGMENTS, UNIFORM, WEIGHTED, judged
from benchmarks.experiments_plan import Plan
from benchmarks.experiments_policies import IndependentThompson, lost_by
from benchmarks.experiments_truths import KINDS, STRONG, WEAK, logistic_normal
from benchmarks.experiments_world import World
from tessella.domain.experiments.inference.results.results import results_of
from tessella.domain.experiments.inference.results.said import EstimateSaid, Results
from tessella.domain.experiments.learning.learned import learned_policy
from tessella.domain.experiments.tally import RewardCell, Tally, UnitCell

SHORT = Plan(units=10_000, batch=1_000)


def random(number: int) -> np.random.Generator:
    return np.random.default_rng([41, number])


def test_intervals_hold_at_every_look_while_weights_change_and_rates_drift() -> None:
    fared = []
    for number in range(5):
        truth = replace(logistic_normal(0.12, 0.30, base=0.25)(random(number)), drift=0.8)
        fared.append(judged(World(truth, SHORT, random(number))).fared)
    for question in (WEIGHTED, PLAIN, UNIFORM, SEGMENTS):
        assert all(each[question].always for each in fared if question in each)
    assert all(WEIGHTED in each and UNIFORM in each for each in fared)


def test_a_world_is_judged_by_what_results_say_of_the_same_rows() -> None:
    world = World(logistic_normal(0.12, 0.45, segments=3, variants=3, base=0.3)(random(3)), SHORT, random(3))
    fared = judged(world).fared
    found = said_of(world)
    contrasts, lifts = found.contrasts, (found.lift_over_uniform, found.lift_of_segments)
    assert np.mean([width(each.difference) for each in contrasts]) == pytest.approx(fared[WEIGHTED].width)
    assert np.mean([width(each.unweighted) for each in contrasts]) == pytest.approx(fared[PLAIN].width)
    assert [width(each.lift) for each in lifts] == pytest.approx([fared[UNIFORM].width, fared[SEGMENTS].width])


def said_of(world: World) -> Results:
    """By production's own way from tallies to results."""
    batches = world.counting.batches
    units, rewards = [], []
    for batch in batches:
        sums = batch.rewards.sum(axis=0)
        for side, segment, variant in np.argwhere(batch.counts).tolist():
            key = world.names[segment]
            place = ("segment", key, key, batch.version, side == 0, variant, batch.at)
            units.append(UnitCell(*place, batch.counts[side, segment, variant]))
            rewards.append(RewardCell(*place, "reward", *sums[:, side, segment, variant].tolist()))
    tally, now = Tally(units, rewards, {}), batches[-1].at
    learned = learned_policy(world.experiment, tally, world.policies, now, world.disabled)
    return results_of(world.experiment, {"segment": tally}, world.policies, learned, now)


def width(said: EstimateSaid | None) -> float:
    assert said is not None
    return said.interval.high - said.interval.low


def test_segments_that_share_what_they_learn_lose_less_than_those_that_do_not() -> None:
    ours, alone = 0.0, 0.0
    for number in range(8):
        truth = WEAK(random(number))
        world = World(truth, SHORT, random(number))
        for _ in world.run():
            pass
        ours += world.lost[SHORT.units].total
        alone += lost_by(IndependentThompson, truth, SHORT, random(number))[SHORT.units]
    assert ours < 0.8 * alone


def test_evidence_for_segments_is_found_where_they_differ_and_not_where_they_do_not() -> None:
    plan = Plan(units=30_000, batch=5_000)
    differing = [found_by(World(logistic_normal(0.12, 0.45)(random(each)), plan, random(each))) for each in range(3)]
    alike = [found_by(World(KINDS["none"](random(each)), plan, random(each))) for each in range(3)]
    assert None not in differing
    assert alike == [None] * 3


def test_a_sample_ratio_alarms_where_units_are_lost_and_not_where_weights_only_wander() -> None:
    assert [is_alarmed(random(each), lost=0.05) for each in range(3)] == [True] * 3
    assert [is_alarmed(random(each), lost=0.0) for each in range(3)] == [False] * 3


def test_a_segment_at_a_tenth_of_the_others_is_flagged_and_chance_flags_none() -> None:
    assert all(flagged_at(random(each), 0.1) for each in range(3))
    assert [flagged_at(random(each), 1.0) for each in range(10)] == [None] * 10


def test_rewards_that_come_late_are_waited_for_and_cost_little() -> None:
    """Of a reward that comes within 16 batches a quarter of the window is the mean delay."""
    late = 0.0
    soon = 0.0
    for number in range(2):
        truth = STRONG(random(number))
        for window in (1, 16):
            world = World(truth, replace(SHORT, batch=500, window=window), random(number))
            for _ in world.run():
                pass
            lost = world.lost[SHORT.units].total
            late, soon = (late + lost, soon) if window == 16 else (late, soon + lost)
    assert late < 1.6 * soon
