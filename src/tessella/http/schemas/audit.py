"""Recorded decisions."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.domain.identifiers import Json


class AuditRowShown(msgspec.Struct, frozen=True):
    """One recorded decision. The subject is named by a pseudonym."""

    decision_id: str
    user_hash: str | None
    segment_id: str
    profile_id: str | None
    rule_id: str | None
    snapshot_version: int
    at: str
    recorded_at: str
    #: The values that were read, the reasons, the campaign and the overrides.
    body: Mapping[str, Json]


class AuditPage(msgspec.Struct, frozen=True):
    """Newest first."""

    items: list[AuditRowShown]
    next_cursor: str | None
