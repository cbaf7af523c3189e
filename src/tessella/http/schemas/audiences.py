"""Calculations of audiences, and what they counted. Counts that a role is not shown are texts, such as "< 10".

Roles below admin see the others rounded to a multiple of that number, and shares of the rounded ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tessella.domain.audiences.membership import Cause
from tessella.domain.audiences.places import Place
from tessella.http.schemas.decide import TimeText
from tessella.ports.audiences import CalculationKind, CalculationState

Count = int | str


class CalculateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to calculate."""

    #: The moment at which rules are evaluated; that of asking when it is absent.
    as_of: TimeText | None = None
    #: "incremental" reads what has changed since the calculation before, where that is enough; "full" everything.
    kind: CalculationKind = CalculationKind.INCREMENTAL


class CalculationShown(msgspec.Struct, frozen=True):
    """One calculation."""

    version: str
    state: CalculationState
    as_of: str
    begun_at: str
    #: Null while it goes on, as are the next five.
    ended_at: str | None
    kind: CalculationKind | None
    snapshot_version: int | None
    subjects: Count | None
    #: On the disk.
    bytes: int | None
    #: Why it failed; empty for any other.
    problem: str


class StalenessShown(msgspec.Struct, frozen=True):
    """Why the calculation in use is not the last one that was tried."""

    since: str
    problem: str


class CalculationsShown(msgspec.Struct, frozen=True):
    """The last calculations, the newest first."""

    items: Sequence[CalculationShown]
    #: Null when the last one is in use.
    stale: StalenessShown | None


class TrendPoint(msgspec.Struct, frozen=True):
    """What one calculation counted of a segment."""

    version: str
    as_of: str
    members: Count
    share: float | None


class SegmentCountShown(msgspec.Struct, frozen=True):
    """How many subjects a segment holds."""

    segment_id: str
    active: bool
    members: Count
    #: Of all subjects, 0 to 1; null where the count is not shown.
    share: float | None
    #: For how many it is the first match, unless a request-time segment wins.
    first_matches: Count
    place: Place
    #: Why it was evaluated there.
    reason: str
    #: The oldest first; the last one is this calculation.
    trend: Sequence[TrendPoint]


class SegmentCountsShown(msgspec.Struct, frozen=True):
    """How many subjects each segment holds, in the order of trial, then the inactive ones."""

    version: str
    as_of: str
    snapshot_version: int
    subjects: Count
    #: How many are in no active segment.
    in_none: Count
    segments: Sequence[SegmentCountShown]
    #: Segments that have no count, and the request features that they read.
    request_time: Mapping[str, Sequence[str]]
    stale: StalenessShown | None


class OverlapShown(msgspec.Struct, frozen=True):
    """How far segments hold the same subjects: a row and a column for each, in the same order."""

    version: str
    as_of: str
    subjects: Count
    segment_ids: Sequence[str]
    #: How many are in both; on the diagonal, the members.
    both: Sequence[Sequence[Count]]
    #: Of those in either, the share in both, 0 to 1; null where neither holds anybody, or a count is not shown.
    jaccard: Sequence[Sequence[float | None]]


class MembershipChangeShown(msgspec.Struct, frozen=True):
    """A subject who has entered or left the segment."""

    subject_id: str
    event: str
    cause: Cause
    #: The calculation that found it, and its moment.
    version: str
    as_of: str


class ChangesShown(msgspec.Struct, frozen=True):
    """Who entered and left, the oldest first."""

    items: Sequence[MembershipChangeShown]
    #: Where to go on from, now or after the next calculation.
    next_cursor: str
