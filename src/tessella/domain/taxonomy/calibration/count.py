"""How many segments an axis may have: by what may be said, and by the elbow as document C says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Cut, Labels, Points, assigned, points_of
from tessella.domain.taxonomy.calibration.elbow import elbow_of, slices, squares_of
from tessella.domain.taxonomy.calibration.gap import gaps_of
from tessella.domain.taxonomy.calibration.search import MOST_SEGMENTS, best_cuts
from tessella.domain.taxonomy.calibration.stability import STABLE, stability_of
from tessella.domain.taxonomy.calibration.valley import SHALLOW, shallowest
from tessella.domain.taxonomy.game import SegmentRule
from tessella.domain.taxonomy.taxonomy import SegmentCount

#: So much better than no groups, and than fewer segments, a cut has to be: nats of log det W.
_STEP: Final = 0.15
#: Natural cuts that are looked into.
_MOST_ASKED: Final = 3

_CONSTANT: Final = "No player differs from another on it."
_NO_GROUPS: Final = "No cut parts players better than it would part players without groups."
_RUN_TOGETHER: Final = "Cut into {count}, players stand between segments as thick as in them: they run together."
_UNSTABLE: Final = "Halves of the players are cut into {count} in different ways: agreement {ari:.2f}, needed {least}."
_NATURAL: Final = "Cut so, players stand apart more than by chance, and halves of them agree on the cut: {ari:.2f}."
_ASKED_FOR: Final = (
    "No groups: a continuum, cut in {count} because the game asks for it. Halves of the players agree where: {ari:.2f}."
)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A number of segments that was looked into."""

    #: With the reason for it, or why it was refused.
    count: SegmentCount
    #: (players,): 0 to `count.chosen` - 1. None: it was refused.
    labels: Labels | None
    #: What made the cut.
    rule: SegmentRule = SegmentRule.NATURAL


def candidates(coordinates: Array, rule: SegmentRule, seed: int) -> Iterator[Candidate]:
    """Numbers of segments of players at (players, d), the best first; the last is one segment, which is never refused.

    Of cuts into 1 to 8 those count whose gap is over 0.15: first the fewest segments within 0.15 of the best gap, then
    by gap. Each is refused where as many players stand between segments as in them, or where halves of the players do
    not agree on it (adjusted Rand index below 0.8). Where the game asks for the elbow, the continuum is cut by it
    next, in as many slices as halves agree on. One segment says that this axis has no groups, a usual outcome.
    """
    points = points_of(coordinates)
    squares = squares_of(coordinates, MOST_SEGMENTS, seed)
    counted = partial(SegmentCount, by_elbow=elbow_of(squares), stability=None)
    everybody = np.zeros(len(coordinates), np.int64)
    if not points.values.shape[1]:
        yield Candidate(counted(chosen=1, by_gap=1, reason=_CONSTANT), everybody)
        return
    luck = np.random.default_rng(seed)
    cuts = best_cuts(points, MOST_SEGMENTS, luck)
    counts = list(_by_gap(gaps_of(cuts, points.values.shape[1])))
    counted = partial(counted, by_gap=counts[0])
    for count in counts[:_MOST_ASKED]:
        if count > 1:
            yield _natural(points, cuts[count - 1], counted(chosen=count, reason=""), luck)
    if rule is SegmentRule.ELBOW:
        for count in range(elbow_of(squares), 1, -1):
            yield _by_elbow(coordinates, counted(chosen=count, reason=""), seed)
    yield Candidate(counted(chosen=1, reason=_NO_GROUPS), everybody)


def _by_gap(gaps: Array) -> Iterator[int]:
    """Numbers of segments that the gap speaks for, the best first; 1 where it speaks for none."""
    if gaps.max() < _STEP:
        yield 1
        return
    fewest = int(np.argmax(gaps >= gaps.max() - _STEP))
    yield fewest + 1
    for index in np.argsort(-gaps[:fewest], kind="stable"):
        if gaps[index] >= _STEP:
            yield int(index) + 1


def _natural(points: Points, cut: Cut, count: SegmentCount, luck: np.random.Generator) -> Candidate:
    if shallowest(points, cut) > SHALLOW:
        return Candidate(_said(count, _RUN_TOGETHER.format(count=count.chosen)), None)

    def told_by(half: Labels) -> Labels:
        return assigned(points, best_cuts(Points(points.values[half]), cut.count + 1, luck)[cut.count - 1])

    ari = stability_of(len(points.values), told_by, luck)
    if ari < STABLE:
        return Candidate(_said(count, _UNSTABLE.format(count=cut.count, ari=ari, least=STABLE)), None)
    return Candidate(_said(count, _NATURAL.format(ari=ari), ari), cut.labels)


def _by_elbow(coordinates: Array, count: SegmentCount, seed: int) -> Candidate:
    def told_by(half: Labels) -> Labels:
        return slices(coordinates[half], coordinates, count.chosen, seed)

    ari = stability_of(len(coordinates), told_by, np.random.default_rng(seed))
    if ari < STABLE:
        return Candidate(_said(count, _UNSTABLE.format(count=count.chosen, ari=ari, least=STABLE)), None)
    labels = slices(coordinates, coordinates, count.chosen, seed)
    return Candidate(_said(count, _ASKED_FOR.format(count=count.chosen, ari=ari), ari), labels, SegmentRule.ELBOW)


def _said(count: SegmentCount, reason: str, stability: float | None = None) -> SegmentCount:
    return SegmentCount(count.chosen, count.by_elbow, count.by_gap, stability, reason)
