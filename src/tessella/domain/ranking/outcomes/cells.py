"""Counts by segment, profile and position, and their sums along one of these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.identifiers import ProfileId, SegmentId
from tessella.domain.ranking.outcomes.counts import OutcomeCounts

#: The last position that is counted by itself: no list is longer.
LAST_POSITION: Final = 500


@dataclass(frozen=True, slots=True)
class OutcomeCell:
    """What came of one segment, profile and position."""

    segment_id: SegmentId
    #: None: the namespace's defaults.
    profile_id: ProfileId | None
    #: 1 is the first; None where nothing told it.
    position: int | None
    counts: OutcomeCounts


class By(StrEnum):
    """What outcomes are summed by."""

    SEGMENT = "segment"
    PROFILE = "profile"
    POSITION = "position"


Key = str | int | None


def key_of(cell: OutcomeCell, by: By) -> Key:
    """Where a cell belongs."""
    match by:
        case By.SEGMENT:
            return cell.segment_id
        case By.PROFILE:
            return cell.profile_id
        case By.POSITION:
            return cell.position


def summed(cells: Iterable[OutcomeCell], by: By) -> dict[Key, OutcomeCounts]:
    """The sums, in order of their keys; what is unknown comes last."""
    sums: dict[Key, OutcomeCounts] = {}
    for cell in cells:
        key = key_of(cell, by)
        sums[key] = sums.get(key, OutcomeCounts()) + cell.counts
    return dict(sorted(sums.items(), key=_order))


def by_position(cells: Iterable[OutcomeCell]) -> Mapping[int, OutcomeCounts]:
    """The sums of the cells whose position is known."""
    sums = summed(cells, By.POSITION)
    return {position: counts for position, counts in sums.items() if isinstance(position, int)}


def _order(item: tuple[Key, OutcomeCounts]) -> tuple[bool, int, str]:
    key = item[0]
    return key is None, key if isinstance(key, int) else 0, str(key)
