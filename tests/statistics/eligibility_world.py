"""Checks of a simulated experiment without segments, at the times at which a scheduled check might come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.experiments_plan import Plan
from benchmarks.experiments_truths import Numbers
from benchmarks.experiments_world import World
from tessella.domain.experiments.counted import Counted
from tessella.domain.experiments.eligibility.evidence import Question
from tessella.domain.experiments.eligibility.examining import examine
from tessella.domain.experiments.eligibility.finding import Finding
from tessella.domain.experiments.eligibility.foreseen import foreseen
from tessella.domain.experiments.eligibility.levels import levels_of
from tessella.domain.experiments.segmentation.key import EVERYBODY

#: It is looked at whenever there are so many times as many units.
_GROWTH = 1.15


@dataclass(frozen=True)
class Look:
    """What is found, and what the truth is of the same units."""

    finding: Finding
    #: What a unit brings more with the best variant of its level than with the best one for all, both as foreseen.
    true_lift: float


def looks(world: World) -> Iterator[Look]:
    """Every look at the experiment until its end."""
    looked = 0.0
    for units in world.run():
        if units >= looked * _GROWTH and world.counting.mature():
            looked = units
            yield _look(world)


def plain(truth: object, random: np.random.Generator, units: int = 30_000) -> World:
    """An experiment that learns for everybody alike."""
    return World(truth, Plan(units=units, is_segmented=False), random)


def _look(world: World) -> Look:
    experiment, columns = world.experiment, _counted(world)
    count = len(experiment.variants)
    policies = {each.policy.version: each.policy for each in world.policies}
    asked = Question(experiment.primary, policies, tuple(range(count)), world.plan.units, 0.01)
    found = examine(("segment",), columns, count, asked, np.random.default_rng(1))
    return Look(found, _true_lift(world, columns, count))


def _true_lift(world: World, columns: Counted, count: int) -> float:
    levels = levels_of(columns, count)
    known = foreseen(levels, world.experiment.primary.reward)
    units = levels.counted.units * known.is_known
    if not units.any():
        return 0.0
    values = _values(world, columns)
    rows = np.arange(len(units))
    more = values[rows, known.here.argmax(axis=1)] - values[rows, known.overall.argmax(axis=1)]
    return float((units * more).sum() / units.sum())


def _values(world: World, columns: Counted) -> Numbers:
    """What a unit of each row would bring under each variant."""
    by_version = {each.version: each.values for each in world.counting.mature()}
    place = {name: number for number, name in enumerate(world.names)}
    pairs = zip(columns.version.tolist(), columns.level, strict=True)
    return np.array([by_version[version][place[level]] for version, level in pairs])


def _counted(world: World) -> Counted:
    names = np.array(world.names, dtype=object)
    parts = []
    for batch in world.counting.mature():
        side, segment, variant = (each.ravel() for each in np.indices(batch.counts.shape))
        sums = batch.rewards.sum(axis=0).reshape(3, -1)
        same = np.full(len(side), batch.version)
        parts.append((names[segment], same, side == 0, variant, same * 0, batch.counts.ravel(), *sums))
    level, version, in_holdout, variant, cohort, *sums = (np.concatenate(each) for each in zip(*parts, strict=True))
    segment = np.full(len(level), EVERYBODY, dtype=object)
    return Counted(level, segment, version, in_holdout, variant, cohort, *sums)
