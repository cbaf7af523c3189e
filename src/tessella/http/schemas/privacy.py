"""The record of processing."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


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
