"""Whether segments are recommended where they help and not where they do not, however often one looks."""

import numpy as np
import pytest

from benchmarks.experiments_truths import NONE, STRONG, logistic_normal
from tessella.domain.experiments.eligibility.state import WORTH_SEGMENTS, EligibilityState
from tests.statistics.eligibility_world import Look, looks, plain

pytestmark = pytest.mark.long

ALIKE = logistic_normal(main=0.0, interaction=0.0)


def random(number: int) -> np.random.Generator:
    return np.random.default_rng([69, number])


def seen(truth: object, number: int, units: int = 30_000) -> list[Look]:
    return list(looks(plain(truth(random(number)), random(number), units)))


def states(found: list[Look]) -> set[EligibilityState]:
    return {each.finding.state for each in found}


def is_covered(look: Look) -> bool:
    lift = look.finding.lift
    return lift is None or lift.low - 1e-12 <= look.true_lift <= lift.high + 1e-12


@pytest.mark.parametrize("truth", [NONE, ALIKE])
def test_segments_are_hardly_ever_recommended_where_they_bring_nothing(truth: object) -> None:
    """At any of some thirty looks; 0.05 is the goal for eligible ones, and none is to be confirmed."""
    found = [states(seen(truth, each)) for each in range(60)]
    assert sum(bool(each & set(WORTH_SEGMENTS)) for each in found) <= 3
    assert not any(EligibilityState.CONFIRMED in each for each in found)


def test_the_interval_of_a_lift_covers_it_at_every_look_and_segments_are_found() -> None:
    found = [seen(STRONG, each, 50_000) for each in range(140)]
    assert sum(all(is_covered(look) for look in each) for each in found) >= 0.9 * len(found)
    assert sum(bool(states(each) & set(WORTH_SEGMENTS)) for each in found) >= 0.9 * len(found)
