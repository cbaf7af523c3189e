"""Fields that are made of columns and constants: as texts, values, properties."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.types import FeatureType
from tessella.domain.imports.mapping import Column, Constant, Part
from tessella.warehouse.imports.cells import Cells, value_of_text
from tessella.warehouse.imports.checks import RowCheck, is_not, says

NULL_TEXT: Final = "CAST(NULL AS VARCHAR)"
MOMENT: Final = "a time in ISO 8601"
NUMBER: Final = "a finite number below 2^53"


def property_checks(listed: Sequence[Column], whole: Column | None, cells: Cells) -> Iterator[RowCheck]:
    """A property that is there and is none of its type; `whole` is the column that holds all of them."""
    yield RowCheck("false", NULL_TEXT)
    for column in listed:
        text = cells.text(column.name)
        expected = NUMBER if column.type is FeatureType.NUMBER else "a value that can be stored"
        yield RowCheck(
            f"{cells.json(column.name, column.type)} IS NULL AND {text} IS NOT NULL", says(text, column.name, expected)
        )
    if whole is not None:
        yield is_not(cells.json_object(whole.name), cells.text(whole.name), whole.name, "a JSON object")


def number_checks(column: str, text: str, field: str) -> Iterator[RowCheck]:
    """A cell that is no number; a text of JSON that reads as one is told apart."""
    is_text = f"{column} IS NULL AND {value_of_text(text, FeatureType.NUMBER)} IS NOT NULL"
    yield RowCheck(is_text, f"{says(text, field, 'a number')} || ', but a text'")
    yield is_not(column, text, field, NUMBER)


def properties_of(listed: Sequence[Column], whole: Column | None, cells: Cells) -> str:
    """The JSON object of the properties that have a value; NULL when the file has no properties."""
    if whole is not None:
        return cells.json_object(whole.name)
    if not listed:
        return NULL_TEXT
    pairs = (f"{literal(json.dumps(column.name) + ':')} || {cells.json(column.name, column.type)}" for column in listed)
    return f"'{{' || concat_ws(',', {', '.join(pairs)}) || '}}'"


def text_of(parts: Sequence[Part], cells: Cells) -> str:
    """The texts of the parts with `:` between them; NULL when one is missing."""
    return " || ':' || ".join(part_text(part, cells) for part in parts) or NULL_TEXT


def value_of(parts: Sequence[Part], cells: Cells, kind: FeatureType) -> str:
    """The one part as a value of a type."""
    match parts:
        case (Column(name),):
            return cells.value(name, kind)
        case (Constant(text),):
            return f"(SELECT {value_of_text('written', kind)} FROM (SELECT {literal(text)} AS written))"
        case _:
            return "NULL"


def part_text(part: Part, cells: Cells) -> str:
    """One part as text; NULL when it is empty."""
    match part:
        case Column(name):
            return cells.text(name)
        case Constant(text):
            return literal(text)
        case _:
            raise AssertionError("only properties can be *, and map_fields has resolved it")
