"""Who reads a segment, and what a segment reads: rules that ask whether a subject is in another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tessella.domain.identifiers import SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.reads import segments_read
from tessella.domain.segments.references import in_order_of_reading


@dataclass(frozen=True, slots=True)
class Readers:
    """The segments that change when one does."""

    #: Their own rules read it.
    directly: tuple[SegmentId, ...]
    #: Their rules read one that reads it.
    through_others: tuple[SegmentId, ...]


def readers_of(segment_id: SegmentId, membership: Mapping[SegmentId, Node]) -> Readers:
    """Every reader of a segment, by id.

    >>> from tessella.domain.rules.ast import All, InSegment
    >>> trees = {"a": All(()), "b": InSegment("a"), "c": InSegment("b")}
    >>> readers_of("a", trees)
    Readers(directly=('b',), through_others=('c',))
    """
    directly = {each for each, tree in membership.items() if segment_id in set(segments_read(tree))}
    reached = {segment_id, *directly}
    for each in in_order_of_reading(membership):
        if not reached.isdisjoint(segments_read(membership[each])):
            reached.add(each)
    return Readers(tuple(sorted(directly)), tuple(sorted(reached - directly - {segment_id})))


def with_all_read(segments: Iterable[SegmentId], membership: Mapping[SegmentId, Node]) -> dict[SegmentId, Node]:
    """The trees of segments, and of every segment that they read, themselves or through others.

    >>> from tessella.domain.rules.ast import All, InSegment
    >>> list(with_all_read(["b"], {"a": All(()), "b": InSegment("a"), "c": InSegment("b")}))
    ['b', 'a']
    """
    found: dict[SegmentId, Node] = {}
    pending = list(segments)
    while pending:
        if (segment_id := pending.pop()) not in found:
            found[segment_id] = membership[segment_id]
            pending += segments_read(membership[segment_id])
    return found
