"""The raw columns that features are read from, and the classes of types that an engine stores them in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from tessella.domain.identifiers import FeatureName


class Stored(Enum):
    """How a raw column is stored, as far as the gate cares."""

    TEXT = auto()
    FLOAT = auto()
    INTEGER = auto()
    DECIMAL = auto()
    BOOLEAN = auto()
    TIMESTAMP = auto()
    #: DuckDB's TIMESTAMP_NS.
    TIMESTAMP_NS = auto()
    TIMESTAMP_WITH_ZONE = auto()
    DATE = auto()
    TEXT_LIST = auto()
    #: PostgreSQL's jsonb, with a value of any type in each row.
    JSON = auto()
    #: Anything else: absent in every row.
    OTHER = auto()
    #: A value that has passed the gate already, as its feature's type is normalised to.
    NORMALISED = auto()


#: The types by the name that the engines' catalogues give, in lower case. Spark's `timestamp` has a zone, and its gate
#: reads both kinds alike.
_PATTERNS: Final = {
    Stored.TEXT_LIST: r"(text|varchar|character varying)\[\]|array<(string|varchar|char)>",
    Stored.TEXT: r"text|string( collate \w+)?|varchar|character varying|char|character|bpchar|name|enum",
    Stored.FLOAT: r"float|float4|float8|real|double|double precision",
    Stored.INTEGER: r"u?(tiny|small|big|huge)int|u?int(eger)?|int[248]",
    Stored.DECIMAL: r"decimal|numeric",
    Stored.BOOLEAN: r"bool(ean)?",
    Stored.TIMESTAMP_WITH_ZONE: r"timestamptz|timestamp with time zone",
    Stored.TIMESTAMP: r"timestamp(_s|_ms|_ntz)?|timestamp without time zone|datetime",
    Stored.TIMESTAMP_NS: r"timestamp_ns",
    Stored.DATE: r"date",
    Stored.JSON: r"jsonb",
}


def stored_as(type_name: str) -> Stored:
    """The class of a type as the engine's catalogue names it.

    >>> stored_as("DECIMAL(18,3)"), stored_as("VARCHAR[]"), stored_as("timestamp(6) with time zone")
    (<Stored.DECIMAL: 4>, <Stored.TEXT_LIST: 10>, <Stored.TIMESTAMP_WITH_ZONE: 8>)
    """
    bare = re.sub(r"\s*\([^)]*\)", "", type_name).strip().lower()
    return next((kind for kind, pattern in _PATTERNS.items() if re.fullmatch(pattern, bare)), Stored.OTHER)


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column of a source."""

    name: str
    stored: Stored


@dataclass(frozen=True, slots=True)
class Relation:
    """Where the raw values of a set of subjects are: one row a subject."""

    #: SQL that yields the rows: our own text, never a user's.
    source: str
    #: The column that holds the subject's id.
    key: str
    columns: Mapping[FeatureName, RawColumn]
