"""Recorded decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from pydantic import BaseModel, Field

from tessella.domain.identifiers import (
    DECISION_PATTERN,
    DEFINITION_PATTERN,
    DecisionId,
    Json,
    Pseudonym,
    SegmentId,
    SubjectId,
)
from tessella.http.paging import MOST, USUAL
from tessella.http.schemas.decide import SubjectText


class AuditAsked(BaseModel):
    """Which recorded decisions, as query parameters."""

    subject_id: SubjectId | None = Field(None, description="Only decisions for this subject.")
    user_hash: Pseudonym | None = Field(
        None, description="The same by the subject's pseudonym.", pattern="^[0-9a-f]{32}$"
    )
    segment_id: SegmentId | None = Field(
        None, description="Only decisions that chose this segment.", pattern=f"^{DEFINITION_PATTERN.pattern}$"
    )
    decision_id: DecisionId | None = Field(
        None, description="Only this decision.", pattern=f"^{DECISION_PATTERN.pattern}$"
    )
    since: str | None = Field(None, description="Only decisions made at this time or later, ISO 8601.")
    until: str | None = Field(None, description="Only decisions made before this time, ISO 8601.")
    cursor: str | None = Field(None, description="The next_cursor of the page before.")
    limit: int = Field(USUAL, ge=1, le=MOST, description="The most decisions of one page.")


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
    #: The values that were read, the configuration, the reasons, the campaign and the overrides.
    body: Mapping[str, Json]
    #: The place in the chain of the process that recorded it; null for rows from before there were chains.
    writer: str | None
    sequence: int | None


class ReplayBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to replay a decision with."""

    #: Needed where a rule that was tried reads the subject's id, which the audit does not keep.
    subject_id: SubjectText | None = None


class DifferenceShown(msgspec.Struct, frozen=True):
    """A field that came out otherwise."""

    field: str
    recorded: Any
    replayed: Any


class ReplayShown(msgspec.Struct, frozen=True):
    """A decision that was decided again."""

    decision_id: str
    snapshot_version: int
    #: All is compared but `decision_id` and `recorded_at`.
    equal: bool
    differences: list[DifferenceShown]


class AuditPage(msgspec.Struct, frozen=True):
    """Newest first."""

    items: list[AuditRowShown]
    next_cursor: str | None
