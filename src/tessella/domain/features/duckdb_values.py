"""Values as DuckDB reads and writes them, where they come from files and from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tessella.domain.features.gate import INTEGER_LIMIT
from tessella.domain.features.types import FeatureType

if TYPE_CHECKING:
    from tessella.domain.rules.sql import Stored  # loads sqlglot

#: A typed value as the JSON text that is stored.
WRITTEN: Final[Mapping[FeatureType, str]] = {
    FeatureType.STRING: "CAST(to_json({0}) AS VARCHAR)",
    FeatureType.NUMBER: "CAST(to_json(CAST({0} AS DOUBLE)) AS VARCHAR)",
    FeatureType.INTEGER: "CAST(CAST({0} AS BIGINT) AS VARCHAR)",
    FeatureType.BOOLEAN: "CAST({0} AS VARCHAR)",
    FeatureType.TIMESTAMP: "strftime(make_timestamp({0}), '\"%Y-%m-%dT%H:%M:%S.%f+00:00\"')",
    FeatureType.STRING_LIST: "CAST(to_json({0}) AS VARCHAR)",
}


def literal(text: str) -> str:
    """An SQL string.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def bounded(number: str) -> str:
    """The number, NULL unless it is finite and smaller than 2^53 in size."""
    return f"CASE WHEN abs({number}) < {INTEGER_LIMIT}.0::DOUBLE THEN {number} END"


def whole(number: str) -> str:
    """The number as an integer, NULL unless it is one and smaller than 2^53 in size."""
    return f"CASE WHEN {number} = trunc({number}) THEN CAST({bounded(number)} AS BIGINT) END"


def moment(text_column: str) -> str:
    """Microseconds UTC of a column of ISO 8601 texts, as the gate reads them."""
    from tessella.domain.rules.sql import Stored  # loads sqlglot

    return gated(text_column, Stored.TEXT, FeatureType.TIMESTAMP)


def gated(column: str, stored: Stored, kind: FeatureType) -> str:
    """A column of a stored type as the gate normalises it."""
    from tessella.domain.rules.sql import nodes  # loads sqlglot
    from tessella.domain.rules.sql.projection import normalised

    return nodes.render(normalised(nodes.column(column), stored, kind, "duckdb"), "duckdb")
