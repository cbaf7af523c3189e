"""The segments of one axis: candidates tried one after another, on everybody, until one holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np

from tessella.domain.taxonomy.baselines import Array, Baselines, Seen
from tessella.domain.taxonomy.calibration.contexts import Contexts
from tessella.domain.taxonomy.calibration.count import Candidate, candidates
from tessella.domain.taxonomy.calibration.cut import Labels, Points, cut_of, points_of, settled
from tessella.domain.taxonomy.calibration.describe import Fit, described
from tessella.domain.taxonomy.calibration.earlier import agrees
from tessella.domain.taxonomy.calibration.elbow import resettled
from tessella.domain.taxonomy.calibration.plans import AxisPlan
from tessella.domain.taxonomy.calibration.stability import STEADY, least_steadiness_of, steadiness_of
from tessella.domain.taxonomy.game import SegmentRule
from tessella.domain.taxonomy.taxonomy import BehavioralAxis, Standard

#: So many players say how many segments there are.
_LOOKED_AT: Final = 4_000
#: Players further out than so many standard deviations of an axis's coordinates are cut as if they stood there.
_FARTHEST: Final = 5.0

_UNSTEADY: Final = (
    "Cut into {count}, players are told another segment from odd days than from even ones: agreement beyond chance "
    "{kappa:.2f}, needed {least}."
)
#: Of groups each two are told apart; slices of a continuum on the whole, as their neighbours run together.
_STEADINESS: Final = {SegmentRule.NATURAL: least_steadiness_of, SegmentRule.ELBOW: steadiness_of}


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The players who say how many segments there are."""

    #: Their places among all.
    rows: Labels
    odd: Baselines
    even: Baselines

    @classmethod
    def of(cls, seen: Seen, seed: int) -> Self:
        """At most 4,000."""
        rows = np.random.default_rng(seed).permutation(len(seen.whole.player_ids))[:_LOOKED_AT]
        return cls(rows, seen.odd.of_rows(rows), seen.even.of_rows(rows))


@dataclass(frozen=True, slots=True, eq=False)
class Fitting:
    """What fits the segments of every axis of a game."""

    standard: Standard
    contexts: Contexts
    sample: Sample
    rule: SegmentRule
    seed: int

    def axis(self, plan: AxisPlan, coordinates: Array, earlier: Labels | None) -> BehavioralAxis:
        """The axis by the first candidate that is not refused, and whose segments odd and even days tell alike.

        `earlier` are the segments before of the same players. Where all are refused the axis has one segment, and its
        reason is why the best candidate was.
        """
        refused = ""
        for candidate, labels in self._tried(coordinates, earlier):
            count = candidate.count
            if labels is None:
                refused = refused or count.reason
                continue
            if count.chosen == 1:
                count = replace(count, reason=refused or count.reason)
            axis = described(plan, Fit(labels, count), coordinates, self.contexts, self.standard.metrics)
            steady = _STEADINESS[candidate.rule](axis, self.standard, self.sample.odd, self.sample.even)
            if count.chosen == 1 or steady is None or steady >= STEADY:
                return axis
            refused = refused or _UNSTEADY.format(count=count.chosen, kappa=steady, least=STEADY)
        raise AssertionError("One segment is never refused.")

    def _tried(self, coordinates: Array, earlier: Labels | None) -> Iterator[tuple[Candidate, Labels | None]]:
        """Candidates, and everybody's segment by them; None where the candidate was refused."""
        held = _held(coordinates)
        for candidate in candidates(held[self.sample.rows], self.rule, self.seed):
            if candidate.labels is None:
                yield candidate, None
                continue
            labels = np.full(len(held), -1)
            labels[self.sample.rows] = candidate.labels
            yield candidate, everybody(held, labels, candidate.rule, earlier)


def everybody(coordinates: Array, looked_at: Labels, rule: SegmentRule, earlier: Labels | None) -> Labels:
    """The segment of each player at (players, d), from those of some; -1 for the others.

    Everybody is put to the nearest, and centers settle. Where `earlier`, the segments before, are as many, they settle
    from those too, and these are taken if both agree: segments do not wander by chance between calibrations.
    """
    if looked_at.max() == 0:
        return np.zeros(len(coordinates), np.int64)
    points = points_of(coordinates)
    fresh = _settled(points, coordinates, looked_at, rule)
    if earlier is None or len(np.unique(earlier)) != looked_at.max() + 1:
        return fresh
    warm = _settled(points, coordinates, np.unique(earlier, return_inverse=True)[1], rule)
    return warm if agrees(fresh, warm) else fresh


def _settled(points: Points, coordinates: Array, labels: Labels, rule: SegmentRule) -> Labels:
    if rule is SegmentRule.ELBOW:
        return resettled(coordinates, labels)
    start = cut_of(points, labels)
    return settled(points, start.centers, start.within).labels


def _held(coordinates: Array) -> Array:
    middle, spread = coordinates.mean(axis=0), coordinates.std(axis=0)
    return np.clip(coordinates, middle - _FARTHEST * spread, middle + _FARTHEST * spread)
