"""Players of now in the taxonomy before: where a new calibration starts from, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array, Baselines
from tessella.domain.taxonomy.calibration.cut import Labels
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.placed import Placed
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy, Standard

#: From this adjusted Rand index on a fit that started from the segments before is as good as a fresh one.
_AGREES: Final = 0.9
#: From here on an axis is the same as one before: of three metrics or more, one may have come or gone.
SAME_AXIS: Final = 0.8

#: An axis's name, and its projection: (metrics, d).
Named = tuple[str, Array]


def labels_before(before: GameBehavioralTaxonomy, standard: Standard, baselines: Baselines) -> Mapping[str, Labels]:
    """By axis of the taxonomy before: the place of each player's segment on it, (players,). See `placed_before`."""
    placed = placed_before(before, standard, baselines)
    return {axis.axis_name: best.astype(np.int64) for axis, best in zip(before.axes, placed.best, strict=True)}


def placed_before(before: GameBehavioralTaxonomy, standard: Standard, baselines: Baselines) -> Placed:
    """Where players stand in the taxonomy before.

    `baselines` are by the metrics of `standard`. One that the game had not before, or that is measured on another
    scale since, is unknown to the taxonomy before.
    """
    return placed_baselines(Space.of(before), _by_metrics(before.standard, standard, baselines))


def agrees(fresh: Labels, warm: Labels) -> bool:
    """Whether a fit that started from the segments before found the ones that a fresh fit found.

    Where it did not, the fresh one is right: segments are not kept alive by where the search for them began. By the
    adjusted Rand index. Source: Hubert and Arabie, "Comparing Partitions", Journal of Classification 2 (1985).
    """
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(fresh, warm)) >= _AGREES


def kept_names(found: Sequence[Named], metrics: Sequence[str], before: GameBehavioralTaxonomy | None) -> list[str]:
    """A name for each axis of the game's own: that of the axis before which it is, or else its own unless it is taken.

    Axes are paired by optimal matching, and are the same from a congruence of `SAME_AXIS` on.
    """
    from scipy.optimize import linear_sum_assignment

    known = [] if before is None else _own_axes(before, metrics)
    alike = np.array([[congruence(was, now) for _, was in known] for _, now in found]).reshape(len(found), len(known))
    pairs = zip(*(each.tolist() for each in linear_sum_assignment(-alike)), strict=True)
    same = {new: known[old][0] for new, old in pairs if alike[new, old] >= SAME_AXIS}
    names = list(same.values())
    for place, (name, _) in enumerate(found):
        if place not in same:
            same[place] = unused(name, names, "_")
            names.append(same[place])
    return [same[place] for place in range(len(found))]


def congruence(one: Array, other: Array) -> float:
    """How far two projections, (metrics, d) and (metrics, e), span the same directions: 0 to 1.

    tr(P Q) / sqrt(d e) for the orthogonal projectors P and Q on what they span; for one direction each, the square of
    Tucker's phi. Source: Yanai's coefficient, in Ramsay, ten Berge and Styan, "Matrix correlation", Psychometrika 49
    (1984).

    >>> round(congruence(np.eye(3)[:, :2], np.eye(3)), 3), round(congruence(np.eye(3)[:, :1], -np.eye(3)[:, :1]), 3)
    (0.816, 1.0)
    """
    if not (one.any() and other.any()):
        return 0.0
    across = np.linalg.qr(one)[0].T @ np.linalg.qr(other)[0]
    return float((across**2).sum() / np.sqrt(one.shape[1] * other.shape[1]))


def unused(name: str, taken: Sequence[str], between: str) -> str:
    """The name, or the first of it with a number that is not taken.

    >>> unused("a", ["a", "a 2"], " ")
    'a 3'
    """
    number, tried = 1, name
    while tried in taken:
        number += 1
        tried = f"{name}{between}{number}"
    return tried


def _own_axes(before: GameBehavioralTaxonomy, metrics: Sequence[str]) -> list[Named]:
    own = before.game_specific_axes
    return [(each.axis_name, _on(metrics, each.projection, before.standard)) for each in own]


def _on(metrics: Sequence[str], projection: Array, standard: Standard) -> Array:
    """A projection by other metrics: those that it does not know have no part in it."""
    rows = dict(zip(standard.metrics, projection, strict=True))
    return np.array([rows.get(name, np.zeros(projection.shape[1])) for name in metrics])


def _by_metrics(before: Standard, now: Standard, baselines: Baselines) -> Baselines:
    places = {named: place for place, named in enumerate(zip(now.metrics, now.scales, strict=True))}
    chosen = [places.get(named) for named in zip(before.metrics, before.scales, strict=True)]

    def picked(sums: Array) -> Array:
        nothing = np.zeros(sums.shape[:2])
        return np.stack([nothing if each is None else sums[:, :, each] for each in chosen], axis=2)

    return Baselines(baselines.player_ids, picked(baselines.counts), picked(baselines.sums), picked(baselines.squares))
