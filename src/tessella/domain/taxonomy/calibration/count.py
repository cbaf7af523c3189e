"""How many segments an axis has: by the elbow as document C says, and by what may be said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.calibration.cut import Cut, Points, points_of
from tessella.domain.taxonomy.calibration.elbow import elbow_of, squares_of
from tessella.domain.taxonomy.calibration.gap import gaps_of
from tessella.domain.taxonomy.calibration.search import MOST_SEGMENTS, best_cuts
from tessella.domain.taxonomy.calibration.stability import STABLE, stability_of
from tessella.domain.taxonomy.calibration.valley import SHALLOW, shallowest
from tessella.domain.taxonomy.taxonomy import SegmentCount

#: So much better than no groups, and than fewer segments, a cut has to be: nats of log det W.
_STEP: Final = 0.15
#: Cuts that the halves are asked about.
_MOST_ASKED: Final = 3

_CONSTANT: Final = "No player differs from another on it."
_NO_GROUPS: Final = "No cut parts players better than it would part players without groups."
_RUN_TOGETHER: Final = "Cut into {count}, players stand between segments as thick as in them: they run together."
_UNSTABLE: Final = "Halves of the players are cut into {count} in different ways: agreement {ari:.2f}, needed {least}."
_CHOSEN: Final = "Cut so, players stand apart more than by chance, and halves of them agree on the cut: {ari:.2f}."


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """What was chosen, over the players that were looked at."""

    count: SegmentCount
    #: (players,): 0 to `count.chosen` - 1.
    cut: Cut | None


def chosen_of(coordinates: Array, seed: int) -> Chosen:
    """The number of segments of players at (players, d), and the cut.

    Of cuts into 1 to 8 those count whose gap is over 0.15. The fewest segments within 0.15 of the best gap are taken
    if fewer players stand between segments than in them, and two halves of the players agree on them (adjusted Rand
    index of 0.8 or more); else the next best gap's. No cut left means one segment: this axis has no groups. That is a
    usual outcome.
    """
    points = points_of(coordinates)
    by_elbow = elbow_of(squares_of(coordinates, MOST_SEGMENTS, seed))
    if not points.values.shape[1]:
        return Chosen(SegmentCount(1, by_elbow, 1, None, _CONSTANT), None)
    luck = np.random.default_rng(seed)
    cuts = best_cuts(points, MOST_SEGMENTS, luck)
    counts = list(_candidates(gaps_of(cuts, points.values.shape[1])))
    if not counts:
        return Chosen(SegmentCount(1, by_elbow, 1, None, _NO_GROUPS), None)
    return _first_stable(points, cuts, counts, by_elbow, luck)


def _candidates(gaps: Array) -> Iterator[int]:
    """Numbers of segments worth asking for, the best first."""
    if gaps.max() < _STEP:
        return
    fewest = int(np.argmax(gaps >= gaps.max() - _STEP))
    yield fewest + 1
    for index in np.argsort(-gaps[:fewest], kind="stable"):
        if index and gaps[index] >= _STEP:
            yield int(index) + 1


def _first_stable(
    points: Points, cuts: Sequence[Cut], counts: Sequence[int], by_elbow: int, luck: np.random.Generator
) -> Chosen:
    reasons = []
    for count in counts[:_MOST_ASKED]:
        if shallowest(points, cuts[count - 1]) > SHALLOW:
            reasons.append(_RUN_TOGETHER.format(count=count))
            continue
        ari = stability_of(points, count, luck)
        if ari >= STABLE:
            said = SegmentCount(count, by_elbow, counts[0], ari, _CHOSEN.format(ari=ari))
            return Chosen(said, cuts[count - 1])
        reasons.append(_UNSTABLE.format(count=count, ari=ari, least=STABLE))
    return Chosen(SegmentCount(1, by_elbow, counts[0], None, reasons[0]), None)
