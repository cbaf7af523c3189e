"""Steps 6 and 7: the list itself: pins first, then in order, each as far as the caps let it, up to the limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tessella.domain.ranking.pipeline.caps import Cap
from tessella.domain.ranking.pipeline.mmr import Step


class Chosen(msgspec.Struct, frozen=True):
    """One item of the list."""

    #: Its place in the order of relevance, from 0.
    place: int
    penalty: float = 0.0
    pinned: bool = False
    #: Whether diversity put it before items more relevant than it.
    moved_up: bool = False


class Selection(msgspec.Struct, frozen=True):
    """The list, and what a cap kept from it."""

    chosen: Sequence[Chosen]
    #: The place of each, and the cap's reason.
    capped: Sequence[tuple[int, str]]


def select(order: Iterator[Step], pins: Sequence[int], caps: Sequence[Cap], limit: int) -> Selection:
    """Pins come whatever the caps say, and count towards them."""
    chosen = [Chosen(place, pinned=True) for place in pins[:limit]]
    capped: list[tuple[int, str]] = []
    for pin in chosen:
        _count(caps, pin.place)
    for step, (place, penalty) in enumerate(order if len(chosen) < limit else ()):
        if place in pins:
            continue
        if reason := next((cap.reason for cap in caps if cap.is_full(place)), None):
            capped.append((place, reason))
            continue
        chosen.append(Chosen(place, penalty, moved_up=place > step))
        _count(caps, place)
        if len(chosen) == limit:
            break
    return Selection(chosen, capped)


def _count(caps: Sequence[Cap], place: int) -> None:
    for cap in caps:
        cap.count(place)
