"""Checks that decide the same subjects online and set-wise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tessella.domain.audiences.agreement import CheckCounts, FeatureFinding, RuleFinding
from tessella.domain.identifiers import SegmentId


class CheckBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to look at."""

    #: About how many, 1 to 20,000; 1,000 when it is absent.
    subjects: int | None = None
    #: Which ones: the same number names the same. That of the day when it is absent.
    seed: int | None = None


class CheckShown(msgspec.Struct, frozen=True):
    """One check."""

    check_id: str
    made_at: str
    #: The calculation that was looked at, and the moment at which all rules were evaluated.
    version: str
    as_of: str
    #: Of the definitions that requests are decided with.
    snapshot_version: int
    seed: int
    counts: CheckCounts
    #: Segments that were compared, and those of them that the calculation has by other rules.
    segments: int
    redefined: Sequence[str]
    #: Segments that were not, and the request features that they read.
    request_time: Mapping[SegmentId, Sequence[str]]
    #: Where there is no agreement: by rule, and by the features that these rules read.
    rules: Sequence[RuleFinding]
    features: Sequence[FeatureFinding]


class ChecksShown(msgspec.Struct, frozen=True):
    """The last checks, the newest first."""

    items: Sequence[CheckShown]
