"""What is hashed of the audit, in one way for writing and for verifying.

Each row's hash covers the hash of the row before it by the same writer, so that no row can be altered, taken away, put
in or moved unnoticed by somebody without the key. A head says how far a writer came and which writers were there
before, so that neither a cut tail nor a missing writer goes unnoticed.

A row that had to be changed, because its subject was erased or the key of the pseudonyms was replaced, keeps its hash
and gets a seal: a keyed hash over what it holds now, its hash and the hash before it. Rows that were kept long enough
go from the beginning of a chain; its head says up to where, under a seal too.
"""

from __future__ import annotations

from typing import Final

import msgspec

from tessella.domain.identifiers import DecisionId, Instant, Namespace, ProfileId, Pseudonym, RuleId, SegmentId

#: What is left of the body of a row whose subject was erased.
ERASED: Final = {"erased": True}
#: What the first row of a writer follows.
GENESIS: Final = bytes(32)
#: The writer of rows from before there were chains. Its head has no seal, only the number of the rows.
NOBODY: Final = "00000000-0000-0000-0000-000000000000"

_ENCODER: Final = msgspec.json.Encoder()


class AuditColumns(msgspec.Struct, frozen=True, array_like=True):
    """The columns of an audit row, in the order in which they are hashed. A struct: one is made for every decision."""

    namespace: Namespace
    writer: str
    #: From 1, without gaps for each writer in each namespace.
    sequence: int
    decision_id: DecisionId
    user_hash: Pseudonym | None
    segment_id: SegmentId
    profile_id: ProfileId | None
    rule_id: RuleId | None
    snapshot_version: int
    at: Instant
    recorded_at: Instant


class AuditHead(msgspec.Struct, frozen=True):
    """How far one writer came in one namespace."""

    namespace: Namespace
    writer: str
    sequence: int
    #: The writers that nobody had followed yet when this one began.
    follows: tuple[str, ...]
    seal: bytes
    #: The rows up to this one are gone, as they had been kept long enough; the hash of the last of them, and its seal.
    cut: int = 0
    cut_hash: bytes = GENESIS
    cut_seal: bytes = b""


class AuditExtent(msgspec.Struct, frozen=True):
    """What there ought to be."""

    heads: tuple[AuditHead, ...]
    #: The rows without a writer.
    unchained_rows: int


def row_message(previous: bytes, columns: AuditColumns, body: bytes) -> bytes:
    """What the hash of a row is taken of; `previous` is the 32 bytes of the hash before, `body` its JSON verbatim."""
    return previous + _ENCODER.encode(columns) + body


def head_message(namespace: Namespace, writer: str, sequence: int, last: bytes, follows: tuple[str, ...]) -> bytes:
    """What the seal of a head is taken of; `last` is the hash of the row with its sequence."""
    return b"head" + _ENCODER.encode((namespace, writer, sequence, last.hex(), follows))


def seal_message(previous: bytes, own: bytes, columns: AuditColumns, body: bytes) -> bytes:
    """What the seal of a changed row is taken of; `own` is the hash that it was written with."""
    return b"seal" + own + row_message(previous, columns, body)


def cut_message(namespace: Namespace, writer: str, cut: int, last: bytes) -> bytes:
    """What the seal of a cut is taken of; `last` is the hash of the row with the sequence `cut`."""
    return b"cut" + _ENCODER.encode((namespace, writer, cut, last.hex()))
