"""What is usual in each segment, metric by metric, for reasons in words."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.anomaly.frame import WHOLE, Frame
from tessella.domain.taxonomy.anomaly.placing import placed
from tessella.domain.taxonomy.anomaly.windows import known_of
from tessella.domain.taxonomy.baselines import Array, Baselines
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy

#: So many players does a segment's mean of all days weigh beside theirs in a context.
_STRENGTH: Final = 10.0


def metrics_of(taxonomy: GameBehavioralTaxonomy) -> NDArray[np.int64]:
    """(A, most defining metrics): the places of each axis's in the order of metrics; padded by its first."""
    names = [axis.defining_metrics for axis in taxonomy.axes]
    width, place = max(map(len, names)), taxonomy.standard.metrics.index
    return np.array([[place(each) for each in (*axis, *axis[:1] * (width - len(axis)))] for axis in names])


def usual_of(taxonomy: GameBehavioralTaxonomy, frame: Frame, whole: Baselines) -> Array:
    """(contexts and the whole, A K, defining metrics): means over a segment's players, standardised.

    A context's mean is drawn to that of all days, n / (n + 10) with n players who have such days.
    """
    known = known_of(frame, whole.counts.swapaxes(0, 1), whole.sums.swapaxes(0, 1))
    segments, places = placed(frame, known).segments, metrics_of(taxonomy)
    usual = np.zeros((WHOLE + 1, frame.centers.shape[1], places.shape[1]))
    for axis, metrics in enumerate(places):
        means, has = known.means[:, :, metrics], known.counts[:, :, metrics] > 0
        for segment in range(frame.first[axis], frame.first[axis] + frame.handicap.shape[1]):
            members = segments[:, axis] == segment
            usual[:, segment] = _usual(means[:, members], has[:, members])
    return usual


def _usual(means: Array, has: NDArray[np.bool_]) -> Array:
    """For each context and the whole, by metric: from those of a segment's players."""
    players = has.sum(axis=1)
    whole = means[WHOLE].sum(axis=0) / np.maximum(players[WHOLE], 1)
    apart = ((means - means[WHOLE]) * has).sum(axis=1) / (players + _STRENGTH)
    usual: Array = whole + apart
    return usual
