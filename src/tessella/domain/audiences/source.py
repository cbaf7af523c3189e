"""What a source of customers is: where the rows are, one a customer, and how fresh they are to be."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from tessella.domain.identifiers import SourceId

DEFAULT_VIEW: Final = "customer_features_view"
DEFAULT_KEY: Final = "customer_id"


class SourceEngine(StrEnum):
    """What runs the SQL, where the rows are."""

    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"
    SPARK = "spark"


class CustomerSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The declaration of one source, as it is written in JSON, YAML and the database. It holds no credentials."""

    source_id: SourceId
    engine: SourceEngine
    #: DuckDB: a folder, a file or a URL of Parquet or CSV. PostgreSQL and Spark: where to connect, without a password.
    location: str
    view: str = DEFAULT_VIEW
    #: The column that holds the subject's id.
    key: str = DEFAULT_KEY
    #: The column that says when a row has changed; empty when there is none, and every calculation reads all rows.
    #: A row in which it is NULL is read by every calculation.
    updated_at: str = ""
    #: How old the rows may be before an alert is raised; 0: as old as they are.
    refresh_hours: int = 24
    description: str = ""
