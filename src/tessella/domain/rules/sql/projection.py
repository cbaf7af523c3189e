"""The gate as SQL: each raw column once as a value of its feature's type, or NULL. No raw value makes it fail.

It answers as `features.gate.normalise` does over the same stored values; the differential test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot import exp

from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.columns import Stored
from tessella.domain.rules.sql.context import LITERALS
from tessella.domain.rules.sql.moments import timestamp_gate
from tessella.domain.rules.sql.nodes import Engine, SqlExpression
from tessella.domain.rules.sql.numbers import integer_gate, number_gate
from tessella.domain.rules.sql.texts import boolean_gate, string_gate, string_list_gate

GATES: Final[dict[FeatureType, Callable[[SqlExpression, Stored, Engine], SqlExpression | None]]] = {
    FeatureType.STRING: string_gate,
    FeatureType.NUMBER: number_gate,
    FeatureType.INTEGER: integer_gate,
    FeatureType.BOOLEAN: boolean_gate,
    FeatureType.TIMESTAMP: timestamp_gate,
    FeatureType.STRING_LIST: string_list_gate,
}

#: The SQL type of a normalised column.
SQL_TYPES: Final[dict[FeatureType, str]] = {
    FeatureType.STRING: "TEXT",
    FeatureType.NUMBER: "DOUBLE",
    FeatureType.INTEGER: "BIGINT",
    FeatureType.BOOLEAN: "BOOLEAN",
    FeatureType.TIMESTAMP: "BIGINT",
    FeatureType.STRING_LIST: "TEXT[]",
}


def normalised(raw: SqlExpression, stored: Stored, kind: FeatureType, engine: Engine) -> SqlExpression:
    """A raw column as a value of type `kind`; NULL in every row when such a column holds none."""
    if stored is Stored.NORMALISED:
        return raw
    value = GATES[kind](raw, stored, engine)
    return constant(None, kind) if value is None else value


def constant(value: Value | None, kind: FeatureType) -> SqlExpression:
    """The same normalised value in every row; None is absent."""
    if value is None:
        return nodes.cast(exp.Null(), SQL_TYPES[kind])
    if isinstance(value, tuple):
        return nodes.cast(exp.Array(expressions=[nodes.text(item) for item in value]), SQL_TYPES[kind])
    return nodes.cast(LITERALS[kind](value), SQL_TYPES[kind])
