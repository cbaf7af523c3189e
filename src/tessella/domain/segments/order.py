"""Put segments in an order of trial."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tessella.domain.errors import Faults, LeftOut, NamedTwice, TessellaError, UnknownReference, WrongShape
from tessella.domain.identifiers import DEFAULT_SEGMENT, Pointer, SegmentId, nearest, point

#: Between neighbours, so that a segment can be put between two without touching the others.
STEP: Final = 10


def priorities(order: Sequence[str], segments: Iterable[SegmentId], at: Pointer = "") -> Mapping[SegmentId, int]:
    """The priority of each segment that has them tried in `order`, the first first: the last has 10, the one before 20.

    Every segment is named once, `default` not at all: it is what is left. Raises `Faults`.

    >>> priorities(["vip", "known"], [SegmentId("known"), SegmentId("vip"), DEFAULT_SEGMENT])
    {'vip': 20, 'known': 10}
    """
    known = dict.fromkeys(each for each in segments if each != DEFAULT_SEGMENT)
    faults = list(_faults(order, known, at))
    if faults:
        raise Faults(faults)
    return {SegmentId(name): STEP * (len(order) - place) for place, name in enumerate(order)}


def _faults(order: Sequence[str], known: Mapping[SegmentId, None], at: Pointer) -> Iterator[TessellaError]:
    seen: set[str] = set()
    for place, name in enumerate(order):
        where = point(at, place)
        if name == DEFAULT_SEGMENT:
            yield WrongShape(where, 'The segment "default" is what is left: it has no place in the order.')
        elif name not in known:
            yield UnknownReference(where, "segment", name, nearest(name, known))
        elif name in seen:
            yield NamedTwice(where, "segment", name)
        seen.add(name)
    yield from (LeftOut(at, name) for name in known if name not in seen)
