"""Cuts that say something of contexts: two to eight clusters, each number from the best of some starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.experiments.clusters.columns import Numbers
from tessella.domain.experiments.clusters.description import Description
from tessella.domain.experiments.clusters.partition import Partition, partition, settled

#: So many clusters are tried.
COUNTS: Final = range(2, 9)
#: k-means ends in a cut that small moves do not improve, and often not in the best one: it begins so often.
_STARTS: Final = 16
#: Starts are tried on a sample of so many contexts.
_SAMPLE: Final = 3_000
_SEED: Final = 20_260_101
#: A cluster holds at least this share of the contexts.
_LEAST_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """One cut."""

    cut: Partition
    #: See `Description`: nats for each context, above 0.
    saved: float


def candidates(points: Numbers, description: Description) -> Iterator[Candidate]:
    """By their number of clusters; without those that say nothing, and those with a cluster that is too small."""
    sample = np.random.default_rng(_SEED).permutation(len(points))[:_SAMPLE]
    for count in COUNTS:
        cut = settled(points, _best_start(points[sample], description.at(sample), count).centroids)
        saved = description.saved(cut)
        if saved > 0 and cut.units.min() >= _LEAST_SHARE * len(points):
            yield Candidate(cut, saved)


def _best_start(points: Numbers, description: Description, count: int) -> Partition:
    return max((partition(points, count, _SEED + start) for start in range(_STARTS)), key=description.saved)
