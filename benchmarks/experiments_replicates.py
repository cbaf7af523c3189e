"""Repeating simulated experiments: every figure comes with how far it may be off by chance."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from math import sqrt
from typing import Final, TypeVar

import numpy as np

from benchmarks.figure import Figure, Goal

_Found = TypeVar("_Found")

#: How many times as often everything is repeated: 1 takes half an hour, and 10 is for figures that are quoted.
TIMES: Final = float(os.environ.get("TESSELLA_BENCH_TIMES", "1"))


def repeated(usual: int, seed: int, one: Callable[[np.random.Generator], _Found]) -> list[_Found]:
    """What was found each time: number n has the seed (seed, n), whatever the number of times."""
    return [one(np.random.default_rng([seed, number])) for number in range(max(round(usual * TIMES), 2))]


def share(name: str, held: Sequence[bool], goal: Goal | None = None) -> Iterator[Figure]:
    """In which share of all times something held, and its standard error."""
    mean = float(np.mean(held)) if held else 0.0
    yield Figure(f"{name}, of {len(held)}", mean, "", goal=goal)
    yield Figure(f"{name}, standard error", sqrt(max(mean * (1 - mean), 1e-9) / max(len(held), 1)), "")


def average(name: str, values: Sequence[float], unit: str, goal: Goal | None = None) -> Iterator[Figure]:
    """The mean of values, and its standard error."""
    yield Figure(f"{name}, of {len(values)}", float(np.mean(values)), unit, goal=goal)
    yield Figure(f"{name}, standard error", float(np.std(values, ddof=1)) / sqrt(len(values)), unit)


def ratio(name: str, ours: Sequence[float], theirs: Sequence[float], goal: Goal | None = None) -> Iterator[Figure]:
    """The sum of ours by the sum of theirs in the same worlds, and its standard error."""
    found = sum(ours) / sum(theirs)
    away = np.array(ours) - found * np.array(theirs)
    yield Figure(f"{name}, of {len(ours)}", found, "x", goal=goal)
    yield Figure(f"{name}, standard error", float(away.std(ddof=1)) / sqrt(len(ours)) / float(np.mean(theirs)), "x")
