"""What segments read through `in_segment`: that it exists and can be read, and that this goes in no circle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from tessella.domain.errors import SegmentCycle, TessellaError, UnknownReference, WrongShape
from tessella.domain.identifiers import DEFAULT_SEGMENT, FeatureName, Pointer, SegmentId, nearest, point
from tessella.domain.rules.ast import Node
from tessella.domain.rules.reads import features_read, segments_read

#: What each segment reads itself, without repeats.
Reads = Mapping[SegmentId, tuple[SegmentId, ...]]


def in_order_of_reading(membership: Mapping[SegmentId, Node]) -> tuple[SegmentId, ...]:
    """Every segment after those that it reads. Raises `SegmentCycle`."""
    return _in_order({segment_id: segments_named(tree) for segment_id, tree in membership.items()})


def features_behind(membership: Mapping[SegmentId, Node]) -> dict[SegmentId, frozenset[FeatureName]]:
    """Per segment, the features that it reads, also through `in_segment`: each segment after those that it reads."""
    found: dict[SegmentId, frozenset[FeatureName]] = {}
    for segment_id in in_order_of_reading(membership):
        tree = membership[segment_id]
        found[segment_id] = features_read(tree).union(*(found[each] for each in segments_read(tree)))
    return found


def reference_faults(reads: Reads) -> list[TessellaError]:
    """The faults of all segments: those that are named but do not exist, `default`, and circles."""
    faults: list[TessellaError] = [
        _fault(point("/segments", segment_id, "rules"), name, reads)
        for segment_id, names in reads.items()
        for name in names
        if name not in reads or name == DEFAULT_SEGMENT
    ]
    if faults:
        return faults
    try:
        _in_order({segment_id: names for segment_id, names in reads.items() if names})
    except SegmentCycle as cycle:
        return [cycle]
    return []


def segments_named(tree: Node) -> tuple[SegmentId, ...]:
    """The segments that a tree reads, without repeats."""
    return tuple(dict.fromkeys(segments_read(tree)))


def _in_order(reads: Reads) -> tuple[SegmentId, ...]:
    try:
        return tuple(TopologicalSorter(reads).static_order())
    except CycleError as error:
        path: list[SegmentId] = error.args[1]
        raise SegmentCycle(point("/segments", path[0], "rules"), " -> ".join(path)) from error


def _fault(at: Pointer, name: SegmentId, known: Iterable[SegmentId]) -> TessellaError:
    if name == DEFAULT_SEGMENT:
        return WrongShape(at, 'The segment "default" is what is left: in_segment cannot read it.')
    return UnknownReference(at, "segment", name, nearest(name, known))
