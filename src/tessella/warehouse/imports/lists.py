"""Fields of items that are made of several texts or numbers."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.features.types import FeatureType
from tessella.domain.imports.mapping import Column, Part
from tessella.warehouse.imports.cells import Cells
from tessella.warehouse.imports.parts import NULL_TEXT, part_text, text_of


def name_of(parts: Sequence[Part], cells: Cells) -> str:
    """The texts of the parts with a space between them; NULL when all are empty."""
    return f"nullif(concat_ws(' ', {', '.join(part_text(part, cells) for part in parts)}), '')" if parts else NULL_TEXT


def labels_of(parts: Sequence[Part], cells: Cells) -> str:
    """A list of texts; NULL when the only part is empty or holds none.

    One column is a list, a JSON list, or texts with `|` between them; of several parts each is one text.
    """
    match parts:
        case ():
            return "CAST([] AS VARCHAR[])"
        case (Column(name),):
            text = cells.text(name)
            split = f"list_filter(list_transform(string_split({text}, '|'), lambda x: trim(x)), lambda x: x <> '')"
            plain = f"CASE WHEN {text} NOT LIKE '[%' THEN {split} END"
            return f"coalesce({cells.value(name, FeatureType.STRING_LIST)}, {plain})"
        case _:
            return f"list_filter([{', '.join(part_text(part, cells) for part in parts)}], lambda x: x IS NOT NULL)"


def vector_of(parts: Sequence[Part], cells: Cells) -> str:
    """A list of numbers, as JSON or as a list of the file; NULL when it is none."""
    match parts:
        case (Column(name),):
            return cells.numbers(name)
        case _:
            return f"TRY_CAST({text_of(parts, cells)} AS DOUBLE[])"


def is_given(parts: Sequence[Part], cells: Cells) -> str:
    """Whether there is something to be read as a vector."""
    match parts:
        case (Column(name),):
            return cells.is_given(name)
        case _:
            return f"{text_of(parts, cells)} IS NOT NULL"
