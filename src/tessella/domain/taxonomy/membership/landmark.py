"""What answers say of a segment, looked up ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tessella.domain.taxonomy.taxonomy import BehavioralAxis, SegmentDefinition, Standard


@dataclass(frozen=True, slots=True, eq=False)
class Landmark:
    """One segment."""

    segment_id: int
    name: str
    axis_name: str
    #: Of its own players.
    players: int
    distances: tuple[float, ...]
    #: The axis's defining metrics: the name, the place in a position, the place in the coordinates of all axes, and
    #: where the segment's center is.
    metrics: tuple[tuple[str, int, int, float], ...]


def landmarks_of(standard: Standard, axes: Sequence[BehavioralAxis]) -> tuple[Landmark, ...]:
    """The segments of all axes in a row. An axis has a coordinate for each of its defining metrics."""
    first = (0, *accumulate(len(each.defining_metrics) for each in axes))
    begins = zip(axes, first, strict=False)
    return tuple(_landmark(standard, axis, each, begin) for axis, begin in begins for each in axis.segments)


def _landmark(standard: Standard, axis: BehavioralAxis, segment: SegmentDefinition, begin: int) -> Landmark:
    centers = zip(axis.defining_metrics, segment.center_position.tolist(), strict=True)
    return Landmark(
        segment_id=segment.segment_id,
        name=segment.name,
        axis_name=axis.axis_name,
        players=segment.players,
        distances=tuple(segment.distances.tolist()),
        metrics=tuple(
            (name, standard.metrics.index(name), begin + at, center) for at, (name, center) in enumerate(centers)
        ),
    )
