"""What recalibrations keep, and what the card says, over 20 worlds whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tessella.domain.drift_level import DriftLevel
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.baselines import Seen
from tessella.domain.taxonomy.calibration.calibrate import calibrated
from tessella.domain.taxonomy.drift import drift_of
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.taxonomy import Change, GameBehavioralTaxonomy
from tests.domain.taxonomy.true_axes import only
from tests.taxonomies import World, planted

pytestmark = pytest.mark.long

SEEDS = range(20)
GROUPS = {"monetization": 3, "engagement": 2}


def worlds(**changed: object) -> Iterator[World]:
    for seed in SEEDS:
        yield planted(**({"players": 800, "groups": GROUPS, "separation": 6, "seed": 100 + seed} | changed))


def again(world: World, seen: Seen, before: GameBehavioralTaxonomy | None) -> GameBehavioralTaxonomy:
    version = 1 if before is None else before.version + 1
    return calibrated(world.game, seen, version=version, now=Instant(0), before=before, seed=version)


def test_other_days_of_the_same_players_keep_numbers_and_names_in_19_of_20_worlds():
    kept = []
    for world in worlds():
        first = again(world, replace(world.seen, whole=world.seen.first), None)
        second = again(world, replace(world.seen, whole=world.seen.second), first)
        names = [{each.segment_id: each.name for axis in t.axes for each in axis.segments} for t in (first, second)]
        kept.append(names[0] == names[1] and {each.change for each in second.lineage} == {Change.KEPT})
    assert np.mean(kept) >= 0.95


def test_a_segment_that_leaves_and_comes_back_vanishes_and_appears_in_18_of_20_worlds():
    right = []
    for world in worlds():
        stay = np.flatnonzero(world.labels["monetization"] != 0)
        parts = {name: only(getattr(world.seen, name), stay) for name in ("whole", "first", "second", "odd", "even")}
        fewer = replace(world.seen, **parts, outcomes=world.seen.outcomes[stay], players=len(stay))
        first = again(world, world.seen, None)
        second = again(world, fewer, first)
        third = again(world, world.seen, second)
        changes = [[each.change for each in t.lineage if each.change is not Change.KEPT] for t in (second, third)]
        right.append(changes == [[Change.VANISHED], [Change.APPEARED]])
    assert np.mean(right) >= 0.9


def test_self_consistency_says_no_more_than_how_many_are_told_right():
    for world in worlds(separation=5.0, day_deviation=3.0, days=20.0):
        taxonomy = again(world, world.seen, None)
        placed = placed_baselines(Space.of(taxonomy), world.seen.whole).best
        for axis, best in zip(taxonomy.axes, placed, strict=True):
            said = taxonomy.card.by_axis[axis.axis_name]["self_consistency"]
            if len(axis.segments) == GROUPS[axis.axis_name] and said is not None:
                assert said <= _right(best, world.labels[axis.axis_name]) + 0.02


def test_other_players_of_the_same_population_drift_in_1_of_20_looks_and_never_far():
    beyond, levels = [], set()
    for world in worlds(players=3_000):
        first, others = (only(world.seen.whole, np.arange(begin, begin + 1_500)) for begin in (0, 1_500))
        halves = {
            name: only(getattr(world.seen, name), np.arange(1_500)) for name in ("first", "second", "odd", "even")
        }
        seen = replace(world.seen, whole=first, **halves, outcomes=world.seen.outcomes[:1_500], players=1_500)
        drift = drift_of(again(world, seen, None), others)
        beyond += [each.psi > each.by_chance for each in drift.axes]
        levels.add(drift.level)
    assert np.mean(beyond) <= 0.15
    assert levels == {DriftLevel.STABLE}


def _right(best: np.ndarray, labels: np.ndarray) -> float:
    """The share in the segment that holds most of their group."""
    counts = np.zeros((best.max() + 1, labels.max() + 1))
    np.add.at(counts, (best, labels), 1)
    return float(counts.max(axis=0).sum() / len(labels))
