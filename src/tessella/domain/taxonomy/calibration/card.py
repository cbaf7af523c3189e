"""How far a taxonomy can be trusted: the same players told from other days, and other players told anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.baselines import Array, Baselines, Seen
from tessella.domain.taxonomy.calibration.card_notes import LEAST_PLAYERS, notes_of
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.positions import coordinates, positions_of
from tessella.domain.taxonomy.taxonomy import AccuracyCard, BehavioralAxis, Standard

_Known = NDArray[np.bool_]
_Figures = Mapping[str, float | None]


def card_of(seen: Seen, standard: Standard, axes: Sequence[BehavioralAxis]) -> AccuracyCard:
    """The accuracy card of some axes.

    On each axis, of players who are known in both parts: `self_consistency` is the share whose segment is the same from
    odd days and from even days, `test_retest` from the earlier and the later half of the window, `split_half` the
    adjusted Rand index of segments fitted to halves of the players (it comes with the axis), and `by_chance` how many
    would agree if days said nothing. `reliability` and `position_retest` are the same two for coordinates: Pearson's r,
    the first one stepped up to all days by 2r / (1 + r). Means are of axes with two segments or more: of one there is
    nothing to agree about. Source: Spearman, Brown (1910), both in the British Journal of Psychology 3.

    Two halves agree less often than each of them is right, where it is right more often than wrong. So
    `self_consistency` is a lower bound of how many are told right, up to errors that all of a player's days share.
    `categorization_accuracy` is the same of axes with groups of their own.
    """
    space = Space.of_axes(standard, axes)
    by_axis = {axis.axis_name: _whole(axis) for axis in axes}
    _compare(by_axis, space, (seen.odd, seen.even), ("self_consistency", "reliability"))
    _compare(by_axis, space, (seen.first, seen.second), ("test_retest", "position_retest"))
    for figures in by_axis.values():
        figures["reliability"] = _stepped_up(figures["reliability"])
    test_retest = _mean(by_axis, "test_retest")
    natural = [axis.axis_name for axis in axes if axis.count.is_natural]
    return AccuracyCard(
        self_consistency=_mean(by_axis, "self_consistency"),
        split_half=_mean(by_axis, "split_half"),
        test_retest=test_retest,
        by_axis=by_axis,
        mean_confidence=placed_baselines(space, seen.whole).mean_confidence,
        notes=tuple(notes_of(seen, axes, test_retest)),
        categorization_accuracy=_mean({name: by_axis[name] for name in natural}, "self_consistency"),
    )


def _whole(axis: BehavioralAxis) -> dict[str, float | None]:
    """What is known of an axis before players are told anew."""
    has_groups = len(axis.segments) > 1
    shares = [each.population_share for each in axis.segments]
    return {
        "split_half": axis.count.stability if has_groups else None,
        "by_chance": sum(each**2 for each in shares) if has_groups else None,
    }


def _compare(
    by_axis: Mapping[str, dict[str, float | None]],
    space: Space,
    halves: tuple[Baselines, Baselines],
    names: tuple[str, str],
) -> None:
    """Fill in, for each axis, the share in the same segment and how far coordinates agree."""
    one, other = (placed_baselines(space, each).best for each in halves)
    positions = [positions_of(space.standard, each) for each in halves]
    for place, axis in enumerate(space.axes):
        known = known_on(axis, positions)
        figures = by_axis[axis.axis_name]
        figures.update(dict.fromkeys(names))
        if known.sum() < LEAST_PLAYERS:
            continue
        if len(axis.segments) > 1:
            figures[names[0]] = float(np.mean(one[place, known] == other[place, known]))
        figures[names[1]] = pooled_correlation(*(coordinates(axis.projection, each[known]) for each in positions))


def known_on(axis: BehavioralAxis, positions: Sequence[Array]) -> _Known:
    """The players, (players,), of whom every metric that has a part in the axis is known in each of the positions."""
    used = axis.projection.any(axis=1)
    known: _Known = np.logical_and.reduce([np.isfinite(each[:, used]).all(axis=1) for each in positions])
    return known


def pooled_correlation(one: Array, other: Array) -> float | None:
    """Pearson's r of coordinates (players, d) with coordinates, over all d together; None where nobody differs.

    >>> pooled_correlation(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0, 3.0], [2.0, 1.0]]))
    1.0
    """
    x, y = one - one.mean(axis=0), other - other.mean(axis=0)
    spread = np.sqrt((x**2).sum() * (y**2).sum())
    return float((x * y).sum() / spread) if spread > 0 else None


def _stepped_up(half: float | None) -> float | None:
    return None if half is None or half <= -1 else max(2 * half / (1 + half), 0.0)


def _mean(by_axis: Mapping[str, _Figures], name: str) -> float | None:
    figures = [each for axis in by_axis.values() if (each := axis[name]) is not None]
    return float(np.mean(figures)) if figures else None
