from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.baselines import Baselines, Seen
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.taxonomy import Change, GameBehavioralTaxonomy
from tests.domain.taxonomy.true_axes import only
from tests.taxonomies import World, planted

PARTS = ("whole", "first", "second", "odd", "even")
GROUPS = {"monetization": 3}


@pytest.fixture(scope="module")
def world() -> World:
    return planted(players=400, groups=GROUPS, separation=6, seed=14)


@pytest.fixture(scope="module")
def first(world) -> GameBehavioralTaxonomy:
    """From the earlier half of the window."""
    return again(world, replace(world.seen, whole=world.seen.first), None, seed=1)


def again(world: World, seen: Seen, before: GameBehavioralTaxonomy | None, seed: int) -> GameBehavioralTaxonomy:
    version = 1 if before is None else before.version + 1
    return calibrated(world.game, seen, version=version, now=Instant(0), before=before, seed=seed)


def some(seen: Seen, players: np.ndarray) -> Seen:
    parts = {name: only(getattr(seen, name), players) for name in PARTS}
    return replace(seen, **parts, outcomes=seen.outcomes[players], players=len(players))


def names(taxonomy: GameBehavioralTaxonomy) -> dict[int, str]:
    return {each.segment_id: each.name for axis in taxonomy.axes for each in axis.segments}


def test_other_days_of_the_same_players_keep_every_number_and_name(world, first):
    second = again(world, replace(world.seen, whole=world.seen.second), first, seed=2)
    assert names(second) == names(first)
    assert {each.change for each in second.lineage} == {Change.KEPT}
    assert min(each.overlap for each in second.lineage) > 0.9
    assert second.last_segment_id == first.last_segment_id


def test_a_segment_whose_players_have_left_vanishes_and_one_that_comes_gets_a_number_of_its_own(world, first):
    labels = world.labels["monetization"]
    fewer = again(world, some(world.seen, np.flatnonzero(labels != 2)), first, seed=3)
    gone = [each for each in fewer.lineage if each.change is Change.VANISHED]
    assert [each.axis_name for each in gone] == ["monetization"]
    assert set(names(fewer)) == set(names(first)) - set(gone[0].before)
    back = again(world, world.seen, fewer, seed=4)
    come = [each for each in back.lineage if each.change is Change.APPEARED]
    assert [each.after for each in come] == [(first.last_segment_id + 1,)]
    assert back.last_segment_id == first.last_segment_id + 1


def test_an_axis_on_which_all_are_alike_keeps_its_one_segment(world):
    alike = replace(world.seen, **{name: without_differences(getattr(world.seen, name)) for name in PARTS})
    before = again(world, alike, None, seed=1)
    after = again(world, alike, before, seed=2)
    assert [each.change for each in after.lineage] == [Change.KEPT]
    assert names(after) == names(before) == {1: "everybody"}


def without_differences(baselines: Baselines) -> Baselines:
    return replace(baselines, sums=2.0 * baselines.counts, squares=4.0 * baselines.counts)
