"""One simulated experiment from its beginning to its end, and all that is seen of it on the way."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from benchmarks.experiments_evidence import Evidence
from benchmarks.experiments_judge import Covered, Judge
from benchmarks.experiments_log import Log
from benchmarks.experiments_plan import Plan
from benchmarks.experiments_truths import Truth
from benchmarks.experiments_world import World


class Seen(msgspec.Struct, frozen=True):
    """What was seen of one world."""

    #: By question.
    fared: Mapping[str, Covered]
    #: With how many units evidence for differences between segments was enough; None: never, or nobody asked.
    found_at: int | None = None


def seen(truth: Truth, plan: Plan, random: np.random.Generator) -> Seen:
    """Judged at every refresh from the second on."""
    world = World(truth, plan, random)
    judge = Judge(world, Log(world))
    for units in world.run():
        if world.counting.mature():
            judge.look(units)
    return Seen(judge.fared)


def seen_with_evidence(truth: Truth, plan: Plan, random: np.random.Generator) -> Seen:
    """The same, and asked for evidence of differences between segments too."""
    world = World(truth, plan, random)
    judge, evidence = Judge(world, Log(world)), Evidence(world)
    for units in world.run():
        if world.counting.mature():
            judge.look(units)
            evidence.look(units)
    return Seen(judge.fared, evidence.found_at)
