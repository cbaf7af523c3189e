"""What a recalibration did: segments that are the same keep their number and their name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tessella.domain.taxonomy.baselines import Array, Baselines
from tessella.domain.taxonomy.calibration.earlier import placed_before, unused
from tessella.domain.taxonomy.calibration.overlap import Became, became, kept, same_players
from tessella.domain.taxonomy.membership.place import placed_baselines
from tessella.domain.taxonomy.membership.placed import Placed
from tessella.domain.taxonomy.membership.space import Space
from tessella.domain.taxonomy.taxonomy import (
    BehavioralAxis,
    Change,
    GameBehavioralTaxonomy,
    LineageStep,
    SegmentDefinition,
    Standard,
)

#: A player farther out than this share of a segment's players belongs to none; a little more for rounding.
_BELONGS: Final = 0.99
_ROUNDING: Final = 0.01
#: A segment with less than this part of the players of its share is empty.
_LEFT: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Lineage:
    """Axes whose segments have their numbers, and how these came about."""

    axes: tuple[BehavioralAxis, ...]
    steps: tuple[LineageStep, ...]
    last_segment_id: int


def with_lineage(
    axes: Sequence[BehavioralAxis], standard: Standard, baselines: Baselines, before: GameBehavioralTaxonomy | None
) -> Lineage:
    """Number the segments of a calibration.

    The same players are told their segments by the taxonomy before and by the new one: a segment is the same where more
    players are in both than in one of them only (see `overlap.kept`). It keeps its number, and its name, which rules
    compare with. Every other segment gets a number that was never given. A player who is farther out than 99 % of the
    segment before belonged nowhere then: so a new group appears, and is not split off the one that was nearest. A first
    calibration has no steps.
    """
    if before is None:
        return _first(axes)
    then = placed_before(before, standard, baselines)
    now = placed_baselines(Space.of_axes(standard, axes), baselines)
    places = {axis.axis_name: place for place, axis in enumerate(before.axes)}
    numbered, steps, last = [], [], before.last_segment_id
    for place, axis in enumerate(axes):
        was = places.get(axis.axis_name)
        old = () if was is None else before.axes[was].segments
        counts, came = np.zeros((0, len(axis.segments))), np.zeros(len(axis.segments))
        if was is not None:
            counts, came = _compared(then, before.axes[was], was, now, place, len(axis.segments))
        segments, last = _numbered(axis.segments, old, kept(counts, came), last)
        numbered.append(replace(axis, segments=segments))
        steps += [_step(axis.axis_name, each, old, segments) for each in became(counts, came)]
    steps += _gone(before, {axis.axis_name for axis in axes})
    return Lineage(tuple(numbered), tuple(steps), last)


def _compared(
    then: Placed, was: BehavioralAxis, at: int, now: Placed, place: int, segments: int
) -> tuple[Array, Array]:
    """Players in both segments, (before, after), and by segment after those who belonged nowhere before.

    A segment that has lost nine of ten players of its share is empty: who is left stands there by chance.
    """
    farthest = np.array([_farthest(each) for each in was.segments])
    belonged = then.distance[at] <= farthest[then.best[at]] + _ROUNDING
    before, after = then.best[at].astype(np.int64), now.best[place].astype(np.int64)
    came = np.bincount(after[~belonged], minlength=segments).astype(np.float64)
    counts = same_players(before[belonged], after[belonged], (len(was.segments), segments))
    usual = len(before) * np.array([each.population_share for each in was.segments])
    return np.where((counts.sum(axis=1) >= _LEFT * usual)[:, None], counts, 0.0), came


def _farthest(segment: SegmentDefinition) -> float:
    """How far a player may be from its center to belong to it."""
    return float(np.quantile(segment.distances, _BELONGS)) if len(segment.distances) else np.inf


def _first(axes: Sequence[BehavioralAxis]) -> Lineage:
    last, numbered = 0, []
    for axis in axes:
        segments, last = _numbered(axis.segments, (), {}, last)
        numbered.append(replace(axis, segments=segments))
    return Lineage(tuple(numbered), (), last)


def _numbered(
    segments: Sequence[SegmentDefinition], old: Sequence[SegmentDefinition], same: Mapping[int, int], last: int
) -> tuple[tuple[SegmentDefinition, ...], int]:
    """The segments with numbers and names, and the highest number by then."""
    names = [old[each].name for each in same.values()]
    numbered = []
    for place, segment in enumerate(segments):
        if place in same:
            was = old[same[place]]
            numbered.append(replace(segment, segment_id=was.segment_id, name=was.name))
            continue
        last += 1
        names.append(unused(segment.name, names, " "))
        numbered.append(replace(segment, segment_id=last, name=names[-1]))
    return tuple(numbered), last


def _step(
    axis_name: str, each: Became, old: Sequence[SegmentDefinition], new: Sequence[SegmentDefinition]
) -> LineageStep:
    before = tuple(old[place].segment_id for place in each.before)
    after = tuple(new[place].segment_id for place in each.after)
    return LineageStep(axis_name, each.change, before, after, each.overlap)


def _gone(before: GameBehavioralTaxonomy, names: set[str]) -> Iterator[LineageStep]:
    """Segments of axes that are no more."""
    for axis in before.axes:
        if axis.axis_name not in names:
            for each in axis.segments:
                yield LineageStep(axis.axis_name, Change.VANISHED, (each.segment_id,), (), None)
