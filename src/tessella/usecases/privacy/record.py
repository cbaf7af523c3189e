"""The record of processing (Article 30 GDPR), made from the tables that there are and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any, Final

import yaml

from tessella.domain.privacy.terms import Terms
from tessella.ports import Session

#: What a table says that nobody has described: a test keeps it from being seen.
UNDESCRIBED: Final = "(not described)"
_RETENTION: Final = (
    "Features: {features_days} days; Rankings: {rankings_hours} hours; Evaluations: {evaluations_days} days"
)


@dataclass(frozen=True, slots=True)
class ColumnRecord:
    """What one column holds."""

    column: str
    holds: str


@dataclass(frozen=True, slots=True)
class TableRecord:
    """What one table holds of persons."""

    table: str
    #: `subject`, `pseudonym` or `nobody`.
    about: str
    holds: str
    kept: str
    columns: Sequence[ColumnRecord]


@dataclass(frozen=True, slots=True)
class ProcessingRecord:
    """What is processed, why, for how long, and who gets it."""

    purpose: str
    legal_basis: str
    data_categories: str
    retention: str
    recipients: str
    transfers: str
    #: How each right is exercised.
    rights: Mapping[str, str]
    tables: Sequence[TableRecord]
    #: What is kept beside the database.
    files: Mapping[str, str]
    #: Tables of which no row is about a person.
    others: Sequence[str]


async def processing_record(session: Session) -> ProcessingRecord:
    """The record of this installation: its tables, as the database lists them, and its terms."""
    return made_record(await session.stored_columns(), described(), session.retention_terms())


def described() -> Mapping[str, Any]:
    """What is said of tables and columns."""
    loaded: Mapping[str, Any] = yaml.safe_load((files(__package__) / "record.yaml").read_text(encoding="utf-8"))
    return loaded


def made_record(stored: Mapping[str, Sequence[str]], said: Mapping[str, Any], terms: Terms) -> ProcessingRecord:
    """The record of the tables in `stored`."""
    told, named = asdict(terms), said["nobody"]
    tables = [
        _table(table, columns, said["tables"].get(table, {}), said["common"], told)
        for table, columns in sorted(stored.items())
        if table not in named
    ]
    head = {name: said[name] for name in ("purpose", "legal_basis", "data_categories", "recipients", "transfers")}
    return ProcessingRecord(
        **head, retention=_RETENTION.format(**told), rights=said["rights"], tables=tables, files=said["files"],
        others=sorted(set(stored) & set(named)),
    )  # fmt: skip


def _table(
    table: str, columns: Sequence[str], said: Mapping[str, Any], common: Mapping[str, str], terms: Mapping[str, int]
) -> TableRecord:
    holds = {**common, **said.get("columns", {})}
    listed = [ColumnRecord(each, holds.get(each, UNDESCRIBED)) for each in columns]
    kept = said.get("kept", UNDESCRIBED).format(**terms)
    return TableRecord(table, said.get("about", UNDESCRIBED), said.get("holds", UNDESCRIBED), kept, listed)
