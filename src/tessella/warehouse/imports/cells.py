"""One cell of a file as text and as a typed value, for each way in which a file can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from tessella.domain.features.duckdb_values import WRITTEN, bounded, gated, moment, whole
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.sql import Stored, stored_as
from tessella.warehouse.imports.strict_json import is_strict

NUMBER: Final = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
#: How a column of a Parquet file becomes a property.
PROPERTY_TYPES: Final = {
    Stored.FLOAT: FeatureType.NUMBER,
    Stored.DECIMAL: FeatureType.NUMBER,
    Stored.INTEGER: FeatureType.INTEGER,
    Stored.BOOLEAN: FeatureType.BOOLEAN,
    Stored.TIMESTAMP: FeatureType.TIMESTAMP,
    Stored.TIMESTAMP_NS: FeatureType.TIMESTAMP,
    Stored.TIMESTAMP_WITH_ZONE: FeatureType.TIMESTAMP,
    Stored.DATE: FeatureType.TIMESTAMP,
    Stored.TEXT_LIST: FeatureType.STRING_LIST,
}


class Cells(Protocol):
    """The cells of one file, by column name, as SQL over its relation."""

    def is_given(self, name: str) -> str:
        """Whether the cell is not empty."""
        ...

    def text(self, name: str) -> str:
        """The cell as text; NULL when it is empty."""
        ...

    def value(self, name: str, kind: FeatureType) -> str:
        """The cell as the gate's value of a type; NULL when it is empty or none."""
        ...

    def json(self, name: str, kind: FeatureType) -> str:
        """The cell as JSON text for a property; NULL when it is empty or none. `kind` is what a text is read as."""
        ...

    def json_object(self, name: str) -> str:
        """The cell as the text of a JSON object; NULL when it is empty or none."""
        ...

    def numbers(self, name: str) -> str:
        """The cell as a list of numbers, which may hold NULL; NULL when it is empty or none."""
        ...


@dataclass(frozen=True, slots=True)
class TextCells:
    """CSV: every cell is text, and an empty one is no value."""

    #: The SQL name of each column.
    columns: Mapping[str, str]

    def is_given(self, name: str) -> str:
        return f"({self.columns[name]} <> '')"

    def text(self, name: str) -> str:
        return f"nullif({self.columns[name]}, '')"

    def value(self, name: str, kind: FeatureType) -> str:
        return value_of_text(self.columns[name], kind)

    def json(self, name: str, kind: FeatureType) -> str:
        return WRITTEN[kind].format(self.value(name, kind))

    def json_object(self, name: str) -> str:
        return json_object(self.columns[name])

    def numbers(self, name: str) -> str:
        return numbers(self.columns[name])


@dataclass(frozen=True, slots=True)
class JsonCells:
    """JSON lines: a column `c` of JSON text, and beside it `c_text` with its text."""

    columns: Mapping[str, str]

    def is_given(self, name: str) -> str:
        return f"({self.columns[name]}_text <> '')"

    def text(self, name: str) -> str:
        return f"nullif({self.columns[name]}_text, '')"

    def value(self, name: str, kind: FeatureType) -> str:
        column = self.columns[name]
        if kind in (FeatureType.STRING, FeatureType.TIMESTAMP):
            return f"CASE WHEN {column} LIKE '\"%' THEN {value_of_text(f'{column}_text', kind)} END"
        return value_of_text(column, kind)

    def json(self, name: str, kind: FeatureType) -> str:
        return f"CASE WHEN {is_strict(self.columns[name])} THEN {self.columns[name]} END"

    def json_object(self, name: str) -> str:
        return json_object(self.columns[name])

    def numbers(self, name: str) -> str:
        return numbers(self.columns[name])


@dataclass(frozen=True, slots=True)
class TypedCells:
    """Parquet: every column has a type."""

    columns: Mapping[str, str]
    types: Mapping[str, Stored]

    def is_given(self, name: str) -> str:
        return f"({self.columns[name]} IS NOT NULL)"

    def text(self, name: str) -> str:
        return f"nullif(CAST({self.columns[name]} AS VARCHAR), '')"

    def value(self, name: str, kind: FeatureType) -> str:
        return gated(self.columns[name], self.types[name], kind)

    def json(self, name: str, kind: FeatureType) -> str:
        own = PROPERTY_TYPES.get(self.types[name], kind)
        if self.types[name] is Stored.TEXT:
            return WRITTEN[kind].format(value_of_text(self.columns[name], kind))
        return WRITTEN[own].format(self.value(name, own))

    def json_object(self, name: str) -> str:
        column = self.columns[name]
        return json_object(column if self.types[name] is Stored.TEXT else f"CAST(to_json({column}) AS VARCHAR)")

    def numbers(self, name: str) -> str:
        return numbers(self.columns[name])


def typed_cells(columns: Mapping[str, str], types: Mapping[str, str]) -> TypedCells:
    """The cells of columns by their types, as the engine names these."""
    return TypedCells(columns, {name: stored_as(kind) for name, kind in types.items()})


def value_of_text(column: str, kind: FeatureType) -> str:
    """A text as a value of a type; NULL when it is none."""
    number = f"CASE WHEN regexp_matches({column}, '{NUMBER}') THEN {bounded(f'TRY_CAST({column} AS DOUBLE)')} END"
    match kind:
        case FeatureType.STRING:
            return gated(column, Stored.TEXT, kind)
        case FeatureType.NUMBER:
            return number
        case FeatureType.INTEGER:
            return whole(f"({number})")
        case FeatureType.BOOLEAN:
            return f"CASE lower({column}) WHEN 'true' THEN true WHEN 'false' THEN false END"
        case FeatureType.TIMESTAMP:
            return moment(column)
        case FeatureType.STRING_LIST:
            return text_list(column)


def text_list(column: str) -> str:
    """A JSON list of texts, such as `["a", "b"]`."""
    items = f"json_extract_string({column}, '$[*]')"
    only_texts = f"json_structure({column}) = '[\"VARCHAR\"]' AND list_count({items}) = len({items})"
    return (
        f"CASE WHEN json_valid({column}) THEN CASE WHEN {only_texts} THEN {items} WHEN {column} = '[]' THEN [] END END"
    )


def json_object(text: str) -> str:
    """The text of a JSON object."""
    is_object = f"json_type({text}) = 'OBJECT' AND {is_strict(text)}"
    return f"CASE WHEN json_valid({text}) THEN CASE WHEN {is_object} THEN {text} END END"


def numbers(column: str) -> str:
    """A list of numbers, or its text."""
    return f"TRY_CAST({column} AS DOUBLE[])"
