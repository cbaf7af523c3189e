from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tessella.domain.taxonomy.calibration.earlier import agrees, congruence, kept_names, labels_before
from tessella.domain.taxonomy.calibration.lineage import Lineage, with_lineage
from tessella.domain.taxonomy.calibration.standard import standard_of
from tessella.domain.taxonomy.game import Scale
from tessella.domain.taxonomy.taxonomy import AxisType, Change, GameBehavioralTaxonomy
from tests.domain.taxonomy.true_axes import Labels, true_axes, true_taxonomy
from tests.taxonomies import World, planted

AXIS = "monetization"


@pytest.fixture(scope="module")
def world() -> World:
    return planted(players=900, groups={AXIS: 3, "temporal": 1}, separation=8, seed=4)


def recalibrated(world: World, before: GameBehavioralTaxonomy | None, labels: Labels | None = None) -> Lineage:
    standard = standard_of(world.game, world.seen.whole)
    fresh = [
        replace(
            axis,
            segments=tuple(
                replace(each, segment_id=0, name=f"fresh {place}") for place, each in enumerate(axis.segments)
            ),
        )
        for axis in true_axes(world, standard, labels)
    ]
    return with_lineage(fresh, standard, world.seen.whole, before)


def numbered(world: World, labels: Labels | None = None) -> GameBehavioralTaxonomy:
    """A taxonomy with numbers of its own."""
    first = recalibrated(world, None, labels)
    return replace(true_taxonomy(world), axes=first.axes, last_segment_id=first.last_segment_id)


def steps(found: Lineage, axis: str = AXIS) -> list[tuple[Change, tuple[int, ...], tuple[int, ...]]]:
    return [(each.change, each.before, each.after) for each in found.steps if each.axis_name == axis]


def test_a_first_calibration_numbers_all_segments_and_has_no_steps(world):
    first = recalibrated(world, None)
    assert [[each.segment_id for each in axis.segments] for axis in first.axes] == [[1, 2, 3], [4]]
    assert first.last_segment_id == 4
    assert first.steps == ()


def test_segments_that_come_in_another_order_keep_numbers_and_names(world):
    turned = {AXIS: 2 - world.labels[AXIS], "temporal": world.labels["temporal"]}
    again = recalibrated(world, numbered(world), turned)
    assert [(each.segment_id, each.name) for each in again.axes[0].segments] == [
        (3, "fresh 2"),
        (2, "fresh 1"),
        (1, "fresh 0"),
    ]
    assert {each.change for each in again.steps} == {Change.KEPT}
    assert all(each.overlap > 0.98 for each in again.steps)
    assert again.last_segment_id == 4


def test_two_segments_that_come_together_are_merged_and_a_number_is_never_given_twice(world):
    merged = {AXIS: np.minimum(world.labels[AXIS], 1), "temporal": world.labels["temporal"]}
    again = recalibrated(world, numbered(world), merged)
    assert (Change.MERGED, (2, 3), (again.axes[0].segments[1].segment_id,)) in steps(again)
    assert (Change.KEPT, (1,), (1,)) in steps(again)
    apart = recalibrated(world, replace(numbered(world), axes=again.axes, last_segment_id=again.last_segment_id))
    ids = [each.segment_id for each in apart.axes[0].segments]
    assert ids[0] == 1
    assert len(set(ids)) == 3
    assert (Change.SPLIT, (again.axes[0].segments[1].segment_id,), tuple(ids[1:])) in steps(apart)


def test_a_name_that_a_kept_segment_has_is_given_to_no_other(world):
    merged = {AXIS: np.minimum(world.labels[AXIS], 1), "temporal": world.labels["temporal"]}
    again = recalibrated(world, numbered(world, merged))
    names = [each.name for each in again.axes[0].segments]
    assert names[0] == "fresh 0"
    assert len(set(names)) == 3


def test_an_axis_that_is_no_more_takes_its_segments_along_and_a_new_one_brings_its_own(world):
    before = numbered(world)
    other = replace(before, axes=(before.axes[0], replace(before.axes[1], axis_name="social")))
    again = recalibrated(world, other)
    assert steps(again, "social") == [(Change.VANISHED, (4,), ())]
    assert steps(again, "temporal") == [(Change.APPEARED, (), (5,))]
    assert again.last_segment_id == 5


def test_segments_of_other_players_are_others(world):
    luck = np.random.default_rng(1)
    shuffled = {AXIS: luck.permutation(world.labels[AXIS]), "temporal": world.labels["temporal"]}
    again = recalibrated(world, numbered(world, shuffled))
    assert not {each.segment_id for each in again.axes[0].segments} & {1, 2, 3}


def test_players_are_told_in_the_taxonomy_before_by_its_own_metrics(world):
    before, standard = numbered(world), standard_of(world.game, world.seen.whole)
    told = labels_before(before, standard, world.seen.whole)[AXIS]
    assert np.mean(told == world.labels[AXIS]) > 0.98
    backwards = slice(None, None, -1)
    turned = replace(standard, metrics=standard.metrics[backwards], scales=standard.scales[backwards])
    whole = world.seen.whole
    sums = (each[:, :, backwards] for each in (whole.counts, whole.sums, whole.squares))
    assert np.array_equal(labels_before(before, turned, type(whole)(whole.player_ids, *sums))[AXIS], told)


def test_a_metric_that_is_measured_otherwise_since_is_unknown_to_the_taxonomy_before(world):
    before, standard = numbered(world), standard_of(world.game, world.seen.whole)
    rescaled = replace(standard, scales=(Scale.LINEAR,) * len(standard.metrics))
    linear_only = replace(
        standard,
        metrics=tuple(
            "new" if scale is Scale.LOG else name for name, scale in zip(standard.metrics, standard.scales, strict=True)
        ),
    )
    told = labels_before(before, rescaled, world.seen.whole)[AXIS]
    assert np.array_equal(told, labels_before(before, linear_only, world.seen.whole)[AXIS])


def test_a_warm_fit_is_taken_only_where_a_fresh_one_finds_the_same():
    labels = np.arange(300) % 3
    assert agrees(labels, (labels + 1) % 3)
    assert not agrees(labels, np.where(np.arange(300) < 150, labels, 0))


def own(before: GameBehavioralTaxonomy, *axes: tuple[str, list[int]]) -> GameBehavioralTaxonomy:
    first = before.axes[0]
    made = [
        replace(first, axis_name=name, axis_type=AxisType.GAME_SPECIFIC, projection=np.eye(6)[:, on])
        for name, on in axes
    ]
    return replace(before, axes=(first, *made))


def test_an_own_axis_keeps_its_name_while_it_spans_the_same_directions(world):
    before, metrics = own(numbered(world), ("evening", [0, 1, 2]), ("coupon", [3, 4])), numbered(world).standard.metrics
    luck = np.random.default_rng(3)
    near = np.eye(6)[:, [4, 3]] + luck.normal(0, 0.05, (6, 2))
    assert kept_names([("a", near), ("b", np.eye(6)[:, [0, 1]]), ("c", np.eye(6)[:, [5]])], metrics, before) == [
        "coupon",
        "evening",
        "c",
    ]


def test_a_fresh_name_that_a_kept_axis_has_is_given_a_number(world):
    before, metrics = own(numbered(world), ("evening", [0, 1])), numbered(world).standard.metrics
    found = [("evening", np.eye(6)[:, [4, 5]]), ("late", np.eye(6)[:, [0, 1]])]
    assert kept_names(found, metrics, before) == ["evening_2", "evening"]
    assert kept_names(found, metrics, None) == ["evening", "late"]
    assert kept_names([], metrics, before) == []


def test_axes_of_different_directions_are_not_congruent():
    assert congruence(np.eye(4)[:, :2], np.eye(4)[:, 2:]) == 0
    assert congruence(np.eye(4)[:, :2], np.zeros((4, 2))) == 0
