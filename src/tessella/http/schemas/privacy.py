"""The record of processing."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.ports.jobs import RunState


class ColumnRecordShown(msgspec.Struct, frozen=True):
    """What one column holds."""

    column: str
    holds: str


class TableRecordShown(msgspec.Struct, frozen=True):
    """What one table holds of persons, and for how long."""

    table: str
    #: `subject` for rows that name a subject, `pseudonym` for those that name one by a keyed digest, or `nobody`.
    about: str
    holds: str
    kept: str
    columns: list[ColumnRecordShown]


class ProcessingRecordShown(msgspec.Struct, frozen=True):
    """What is processed, why, for how long, and who gets it (Article 30 GDPR)."""

    purpose: str
    legal_basis: str
    data_categories: str
    retention: str
    recipients: str
    transfers: str
    #: How each right is exercised.
    rights: Mapping[str, str]
    tables: list[TableRecordShown]
    #: What is kept beside the database.
    files: Mapping[str, str]
    #: Tables of which no row is about a person.
    others: list[str]


class ConsentCountsShown(msgspec.Struct, frozen=True):
    """What subjects have agreed to. Who has no settings is personalized, and shares nothing."""

    #: Subjects who have settings.
    subjects: int
    #: Those of them who have not opted out, and those who share data besides.
    personalized: int
    sharing: int
    #: Shares of `subjects`, 0 to 1; null without any.
    personalized_share: float | None
    sharing_share: float | None


class ErasureShown(msgspec.Struct, frozen=True):
    """One erasure that was asked for."""

    #: Of the job that does it.
    run_id: str
    #: How the audit names the subject: nothing tells who it was.
    user_hash: str
    state: RunState
    #: The share that is done, 0 to 1.
    progress: float
    asked_at: str
    finished_at: str | None
    #: Rows that were deleted or changed, in all tables; null before it is done.
    rows: int | None


class ErasuresShown(msgspec.Struct, frozen=True):
    """Erasures, the last one asked for first."""

    items: list[ErasureShown]
    next_cursor: str | None
