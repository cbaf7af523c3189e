"""How much of the rewards of young units has come, and what is learned of units whose rewards come in batches."""

import msgspec
import numpy as np
import pytest

from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.learning.arrival import Cohorts, arrived
from tessella.domain.experiments.learning.learned import learned_policy
from tessella.domain.experiments.learning.weights_by_segment import first_policy
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.tally import MERGED, PublishedPolicy, RewardCell, Tally, UnitCell
from tessella.domain.identifiers import Instant
from tests.domain.experiments.declared import HOUR_US, NOW, experiment

EVENLY = np.array([0.1, 0.4, 0.7, 1.0])


def cohorts(*rewarded: tuple[float, float], mature: int = 1) -> Cohorts:
    """Of 900 units of a and 100 of b each, the youngest first; the last ones are mature."""
    units = np.tile([900.0, 100.0], (len(rewarded), 1))
    return Cohorts(units, np.array(rewarded), np.arange(len(rewarded)) >= len(rewarded) - mature)


def test_what_has_come_of_a_cohort_is_read_from_the_cohort_and_not_from_its_age() -> None:
    night = cohorts((0, 0), (0, 0), (180, 20), (180, 20))  # since the last batch nobody is rewarded
    assert arrived(night, EVENLY).tolist() == pytest.approx([0, 0, 1, 1], abs=1e-3)
    morning = cohorts((180, 20), (180, 20), (180, 20), (180, 20))
    assert arrived(morning, EVENLY).tolist() == pytest.approx([1, 1, 1, 1], abs=1e-3)


def test_a_variant_that_more_of_the_young_units_got_is_neither_better_nor_worse_for_it() -> None:
    units = np.array([[900.0, 100.0], [100.0, 900.0]])
    shares = arrived(Cohorts(units, units * [0.05, 0.10] * [[0.3], [1.0]], np.array([False, True])), EVENLY[:2])
    assert shares.tolist() == pytest.approx([0.3, 1.0], abs=0.01)


def test_older_units_are_never_taken_to_have_fewer_of_their_rewards_than_younger_ones() -> None:
    assert np.diff(arrived(cohorts((90, 10), (20, 0), (160, 20), (180, 20)), EVENLY)).min() >= 0


def test_while_no_unit_is_mature_ages_say_how_much_has_come() -> None:
    even = cohorts((9, 1), (36, 4), (63, 7), (90, 10), mature=0)
    assert arrived(even, EVENLY).tolist() == pytest.approx(EVENLY.tolist(), abs=0.01)
    assert arrived(cohorts((0, 0), (0, 0), mature=0), EVENLY[:2]).tolist() == [0, 0]


@pytest.mark.parametrize("batch_hours", [24, 9, 3])
def test_when_segments_are_switched_on_the_worse_variant_never_gets_most_of_one_whenever_rewards_come(
    batch_hours: int,
) -> None:
    shares = [each.policy.propensities("device:mobile")[0] for each in three_days(batch_hours)]
    assert max(shares) < 0.3
    assert shares[-1] < 0.07


def three_days(batch_hours: int) -> list[PublishedPolicy]:
    """All were in `default`, where b was the better one. On mobiles it still is, and on desktops both are alike.

    180 units come in three hours, and are rewarded at once; every so many hours it is told. The window is two days.
    """
    of = experiment(attribution_hours=48.0)
    of = msgspec.structs.replace(of, segmentation=Segmentation(mode=SegmentationMode.MANUAL, segment_by=("device",)))
    truth = {"device:mobile": (0.10, 0.25), "device:desktop": (0.15, 0.15)}
    rows = {("default", 0, 0, MERGED): (1_500.0, 188.0), ("default", 0, 1, MERGED): (1_500.0, 300.0)}
    untold, delays, policies = dict[tuple[str, int, int, int], float](), np.zeros(32), [first_policy(of)]
    policies.append(learned_policy(of, counted_as(rows, delays), policies, NOW).published)
    for hour in range(0, 72, 3):
        at = Instant(NOW + hour * HOUR_US)
        for key, rates in truth.items():
            for variant, chance in enumerate(policies[-1].policy.propensities(key)):
                place = (key, policies[-1].policy.version, variant, attribution_of(of).cohort(at))
                units, rewarded = rows.get(place, (0.0, 0.0))
                rows[place] = units + 90 * chance, rewarded
                untold[place] = untold.get(place, 0.0) + 90 * chance * rates[variant]
        if (hour + 3) % batch_hours == 0:
            for place, rewarded in untold.items():
                rows[place] = rows[place][0], rows[place][1] + rewarded
                delays[min(31, (at + 3 * HOUR_US - place[3]) * 32 // (48 * HOUR_US))] += rewarded
            untold.clear()
        policies.append(learned_policy(of, counted_as(rows, delays), policies, Instant(at + 3 * HOUR_US)).published)
    return policies[1:]


def counted_as(rows: dict[tuple[str, int, int, int], tuple[float, float]], delays: np.ndarray) -> Tally:
    places = [("segment", key, key, version, False, variant, cohort) for key, version, variant, cohort in rows]
    return Tally(
        [UnitCell(*place, units) for place, (units, _) in zip(places, rows.values(), strict=True)],
        [RewardCell(*place, "conversion", *[each] * 3) for place, (_, each) in zip(places, rows.values(), strict=True)],
        {"conversion": delays.tolist()},
    )
