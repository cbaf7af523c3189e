"""What is asked of the audit, and what it keeps: immutable records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.identifiers import (
    DecisionId,
    Instant,
    Json,
    ProfileId,
    Pseudonym,
    RuleId,
    SegmentId,
    SubjectId,
)


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which recorded decisions; None: all."""

    #: The subject, by their id or by their pseudonym.
    subject_id: SubjectId | None = None
    user_hash: Pseudonym | None = None
    segment_id: SegmentId | None = None
    decision_id: DecisionId | None = None
    #: Decided at this moment or later.
    since: Instant | None = None
    #: Decided before this moment.
    until: Instant | None = None
    limit: int = 100
    #: What the page before gave.
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """What the audit keeps of one decision."""

    decision_id: DecisionId
    user_hash: Pseudonym | None
    segment_id: SegmentId
    profile_id: ProfileId | None
    rule_id: RuleId | None
    snapshot_version: int
    at: Instant
    recorded_at: Instant
    #: What `domain.decisions.kept` made of it.
    body: Mapping[str, Json]
    #: Its place in a chain; None for rows from before there were chains.
    writer: str | None
    sequence: int | None
