"""A decision as a row of the audit, linked to the row before it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from tessella.domain.decisions import Decision, kept
from tessella.domain.hashing import KeyedHash
from tessella.domain.identifiers import (
    DecisionId,
    Instant,
    Namespace,
    ProfileId,
    Pseudonym,
    RuleId,
    SegmentId,
    SubjectId,
)
from tessella.domain.privacy.audit_chain import AuditColumns, row_message
from tessella.domain.privacy.pseudonyms import pseudonym

_ENCODER: Final = msgspec.json.Encoder()


class Recorded(msgspec.Struct, frozen=True):
    """A decision on its way to the audit. A struct: one is made for every decision."""

    namespace: Namespace
    decision: Decision
    recorded_at: Instant
    #: The key of the pseudonyms.
    key: bytes


class LinkedRow(msgspec.Struct, frozen=True):
    """A row as it is sent to the database."""

    writer: str
    sequence: int
    hash: str
    decision_id: DecisionId
    user_hash: Pseudonym | None
    segment_id: SegmentId
    profile_id: ProfileId | None
    rule_id: RuleId | None
    snapshot_version: int
    at: Instant
    recorded_at: Instant
    body: msgspec.Raw


def linked(row: Recorded, writer: str, sequence: int, previous: bytes, mac: KeyedHash) -> tuple[LinkedRow, bytes]:
    """The row as the `sequence`-th of its writer, after the one whose hash is `previous`; and its own hash."""
    made = row.decision
    subject = made.subject_id
    user_hash = None if subject is None else _pseudonym(row.namespace, subject, row.key)
    body = _ENCODER.encode(kept(made))
    columns = AuditColumns(
        row.namespace, writer, sequence, made.decision_id, user_hash, made.segment_id, made.profile_id, made.rule_id,
        made.snapshot_version, made.at, row.recorded_at,
    )  # fmt: skip
    digest = mac(row_message(previous, columns, body))
    return LinkedRow(
        writer, sequence, bytea(digest), made.decision_id, user_hash, made.segment_id, made.profile_id, made.rule_id,
        made.snapshot_version, made.at, row.recorded_at, msgspec.Raw(body),
    ), digest  # fmt: skip


def bytea(content: bytes) -> str:
    r"""Bytes as PostgreSQL reads them from text.

    >>> bytea(b"\x01\xff")
    '\\x01ff'
    """
    return f"\\x{content.hex()}"


def forget_pseudonyms() -> None:
    """Let go of who was named lately."""
    _pseudonym.cache_clear()


@lru_cache(maxsize=50_000)
def _pseudonym(namespace: Namespace, subject_id: SubjectId, key: bytes) -> Pseudonym:
    """Most decisions are about subjects who were decided for a moment ago."""
    return pseudonym(namespace, subject_id, key=key)
