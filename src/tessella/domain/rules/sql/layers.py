"""In which order segments have to be evaluated, and how many fit one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.reads import features_read, segments_read

#: At most this many segments a statement: planning one takes time that grows with them.
MAX_SEGMENTS = 500


def layers(wanted: Iterable[SegmentId], segments: Mapping[SegmentId, Node]) -> list[list[SegmentId]]:
    """`wanted` and every segment that they read, each in a layer above all that it reads itself."""
    depth: dict[SegmentId, int] = {}
    pending = list(wanted)
    while pending:
        inner = dict.fromkeys(segments_read(segments[pending[-1]]))
        if unknown := [each for each in inner if each not in depth]:
            pending.extend(unknown)
        else:
            depth[pending.pop()] = 1 + max((depth[each] for each in inner), default=-1)
    ordered: list[list[SegmentId]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for segment_id, level in depth.items():
        ordered[level].append(segment_id)
    return ordered


def batches(wanted: Iterable[SegmentId], segments: Mapping[SegmentId, Node]) -> Iterator[tuple[SegmentId, ...]]:
    """`wanted` in runs that need at most `MAX_SEGMENTS` segments each, those that they read included."""
    batch: list[SegmentId] = []
    needed: set[SegmentId] = set()
    for segment_id in wanted:
        closure = {each for layer in layers([segment_id], segments) for each in layer}
        if batch and len(needed | closure) > MAX_SEGMENTS:
            yield tuple(batch)
            batch, needed = [], set()
        batch.append(segment_id)
        needed |= closure
    if batch:
        yield tuple(batch)


def needed_features(trees: Iterable[Node]) -> list[FeatureName]:
    """Every feature that the trees name, sorted."""
    return sorted({name for tree in trees for name in features_read(tree)})
