"""Many players at once are told what each of them is told alone."""

import numpy as np
import pytest

from tessella.domain.identifiers import SubjectId
from tessella.domain.taxonomy.baselines import Baseline, Baselines
from tessella.domain.taxonomy.membership.categorize import categorized
from tessella.domain.taxonomy.membership.place import placed, placed_baselines
from tessella.domain.taxonomy.membership.placer import BLOCK
from tessella.domain.taxonomy.membership.space import Space
from tests.domain.taxonomy.calibrated_by_hand import DAY, a_segment, a_taxonomy, an_axis, segment_ids
from tests.domain.taxonomy.test_categorize import many_axes, skewed

LUCK = np.random.default_rng(6)
#: Axes with different numbers of segments and of metrics.
UNEQUAL = skewed(
    a_taxonomy(
        an_axis("monetization", 6, (0, 1, 2), *(a_segment(at, (at - 2.0, 0, at % 2)) for at in range(5))),
        an_axis("engagement", 6, (3, 4), a_segment(5, (-1, 0)), a_segment(6, (1, 0.5))),
        an_axis("temporal", 6, (4, 5), a_segment(7, (0, 0), 1.0)),
        metrics=6,
    )
)


def some(players: int, metrics: int, missing: float = 0.2) -> Baselines:
    counts = LUCK.integers(0, 9, (players, 3, metrics)) * (LUCK.random((players, 1, metrics)) > missing)
    sums = counts * LUCK.normal(1, 1.5, (players, 3, metrics))
    ids = [SubjectId(f"p{each}") for each in range(players)]
    return Baselines(ids, counts.astype(np.float64), sums, sums**2)


def test_everybody_is_placed_as_they_would_be_alone():
    space, baselines = Space.of(UNEQUAL), some(300, 6)
    many = placed_baselines(space, baselines)
    ids = segment_ids(UNEQUAL, many)
    for at, player_id in enumerate(baselines.player_ids):
        sums = (each[at] for each in (baselines.counts, baselines.sums, baselines.squares))
        alone = categorized(UNEQUAL, space, Baseline(player_id, DAY, *sums))
        by_axis = {each.axis_name: each for each in reversed(alone.memberships)}
        for row, axis in enumerate(UNEQUAL.axes):
            best = by_axis[axis.axis_name]
            assert ids[row][at] == best.segment_id
            assert many.distance[row, at] == pytest.approx(best.distance_from_center, abs=2e-3)
            assert many.strength[row, at] == pytest.approx(best.membership_strength, abs=1e-4)
            assert many.share[row, at] == pytest.approx(best.share, abs=1e-4)
            assert many.confidence[row, at] == pytest.approx(best.confidence, abs=1e-4)
            assert many.typicality[row, at] == pytest.approx(best.typicality, abs=6e-3)


def test_a_block_is_told_like_any_other():
    """The last block is short, and a player of a later block is placed like the same player in the first."""
    space = Space.of(many_axes(3))
    positions = LUCK.normal(size=(10, 6)).repeat(BLOCK // 4 + 7, axis=0)
    told = placed(space, positions, np.full(positions.shape, 9.0))
    for numbers in (told.best, told.distance, told.share, told.typicality, told.confidence):
        assert (np.ptp(numbers.reshape(3, 10, -1), axis=2) <= 1e-3).all()


def test_players_who_are_far_off_get_finite_numbers():
    told = placed(Space.of(UNEQUAL), np.array([[1e300] * 6, [-1e12] * 6, [np.inf] * 6]), np.ones((3, 6)))
    assert all(np.isfinite(each).all() for each in (told.distance, told.share, told.strength, told.typicality))
    assert told.confidence[:, 2].tolist() == [0, 0, 0]


def test_nobody_is_placed_without_an_error():
    told = placed(Space.of(UNEQUAL), np.empty((0, 6)), np.empty((0, 6)))
    assert told.best.shape == (3, 0)
    assert np.isnan(told.mean_confidence)


def test_the_mean_confidence_is_that_of_the_profiles():
    space, baselines = Space.of(UNEQUAL), some(50, 6)
    alone = [
        categorized(UNEQUAL, space, Baseline(SubjectId("p"), DAY, *sums)).confidence
        for sums in zip(baselines.counts, baselines.sums, baselines.squares, strict=True)
    ]
    assert placed_baselines(space, baselines).mean_confidence == pytest.approx(np.mean(alone), abs=1e-4)
