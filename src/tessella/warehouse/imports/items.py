"""Rows of a file as items of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.features.duckdb_values import WRITTEN, literal
from tessella.domain.features.types import FeatureType
from tessella.domain.imports.item_fields import ItemFields
from tessella.domain.ranking.catalogue.item import (
    ITEM_ID_MAX_BYTES,
    ITEM_ID_MAX_LENGTH,
    ITEM_PROPERTIES_MAX_LENGTH,
    LABEL_MAX_LENGTH,
    MOST_DIMENSIONS,
    MOST_LABELS,
    NAME_MAX_LENGTH,
    PATH_STEPS,
)
from tessella.domain.ranking.catalogue.item_checks import LARGEST_FLOAT32
from tessella.warehouse.imports.checks import (
    Checked,
    RowCheck,
    first_reason,
    holds_nul,
    is_missing,
    is_not,
    is_too_long,
)
from tessella.warehouse.imports.lists import is_given, labels_of, name_of, vector_of
from tessella.warehouse.imports.parts import MOMENT, number_checks, properties_of, property_checks, text_of, value_of
from tessella.warehouse.imports.tables import Table

LIMITS: Final = {
    "item_id": ITEM_ID_MAX_LENGTH,
    "name": NAME_MAX_LENGTH,
    "brand": LABEL_MAX_LENGTH,
    "category": LABEL_MAX_LENGTH,
}
#: Fields of one value, and the type of each.
VALUES: Final = {
    "price": FeatureType.NUMBER,
    "available": FeatureType.BOOLEAN,
    "available_from": FeatureType.TIMESTAMP,
    "available_until": FeatureType.TIMESTAMP,
}
#: What those have to be that are no numbers.
EXPECTED: Final = {"available": "true or false", "available_from": MOMENT, "available_until": MOMENT}
LISTS: Final = ("tags", "regions")


def checked_items(table: Table, fields: ItemFields, dimensions: int | None) -> Checked:
    """The items of a file, in the columns of `Item`, with what is wrong with each row.

    `dimensions` is how many numbers an embedding has; None: as many as the first one of the file.
    """
    cells = table.cells
    read = [
        f"{text_of(fields.item_id, cells)} AS item_id",
        f"{name_of(fields.name, cells)} AS name",
        f"{text_of(fields.brand, cells)} AS brand",
        f"{text_of(fields.category, cells)} AS category",
        *(f"{value_of(getattr(fields, name), cells, kind)} AS {name}" for name, kind in VALUES.items()),
        *(f"{labels_of(getattr(fields, name), cells)} AS {name}" for name in LISTS),
        f"{vector_of(fields.embedding, cells)} AS embedding",
        f"{is_given(fields.embedding, cells)} AS embedding_given",
        *(f"{text_of(getattr(fields, name), cells)} AS {name}_text" for name in VALUES),
        *(f"{text_of(getattr(fields, name)[:1], cells)} AS {name}_text" for name in LISTS),
        f"{properties_of(fields.properties, fields.properties_object, cells)} AS properties",
        f"{first_reason(property_checks(fields.properties, fields.properties_object, cells))} AS property_reason",
    ]
    rows = f"SELECT row, broken, {', '.join(read)} FROM ({table.relation})"
    counted = f"SELECT *, {EARLIER} AS earlier, {expected(dimensions)} AS dimensions FROM ({rows})"
    relation = f"SELECT *, {first_reason(row_checks())} AS reason FROM ({counted})"
    return Checked(relation, f"SELECT {STORED} FROM ({relation}) WHERE reason IS NULL")


#: How many rows before this one have its id.
EARLIER: Final = "row_number() OVER (PARTITION BY item_id ORDER BY row) - 1"
#: The columns that storage expects.
STORED: Final = ", ".join((
    "item_id", "name", "brand", "category", "price",
    *(WRITTEN[FeatureType.STRING_LIST].format(f"coalesce({name}, [])") for name in LISTS),
    "coalesce(properties, '{}')", "coalesce(available, true)", "available_from", "available_until",
    "'{' || array_to_string(TRY_CAST(embedding AS FLOAT[]), ',') || '}'",
))  # fmt: skip


def expected(dimensions: int | None) -> str:
    """How many numbers an embedding has to have."""
    if dimensions is not None:
        return f"{dimensions:d}"
    return "arg_min(len(embedding), row) FILTER (WHERE embedding IS NOT NULL) OVER ()"


def row_checks() -> Iterator[RowCheck]:
    """Everything that can be wrong with a row, the gravest first."""
    yield RowCheck("broken IS NOT NULL", "broken")
    yield is_missing("item_id", "item_id")
    for name, limit in LIMITS.items():
        yield is_too_long(name, name, limit)
        yield holds_nul(name, name)
    yield RowCheck(
        f"strlen(item_id) > {ITEM_ID_MAX_BYTES:d}",
        literal(f"item_id is longer than {ITEM_ID_MAX_BYTES} bytes of UTF-8"),
    )
    yield RowCheck(f"item_id IN {PATH_STEPS}", literal("item_id is . or .., which no path of a URL can name"))
    yield RowCheck("earlier > 0", literal("item_id is that of an earlier row"))
    yield from number_checks("price", "price_text", "price")
    for name, meaning in EXPECTED.items():
        yield is_not(name, f"{name}_text", name, meaning)
    yield RowCheck("price < 0", literal("price is below 0"))
    yield RowCheck("available_from >= available_until", literal("available_until must be later than available_from"))
    for name in LISTS:
        yield is_not(name, f"{name}_text", name, "a list of texts")
        yield RowCheck(f"len({name}) > {MOST_LABELS:d}", literal(f"{name} are more than {MOST_LABELS}"))
        yield RowCheck(f"len(list_filter({name}, {WRONG_LABEL})) > 0", literal(f"{name} hold one that {LABEL}"))
    yield from embedding_checks()
    yield RowCheck("property_reason IS NOT NULL", "property_reason")
    yield is_too_long("properties", "properties", ITEM_PROPERTIES_MAX_LENGTH)
    yield RowCheck("contains(properties, '\\u0000')", literal("properties holds a NUL character"))


LABEL: Final = f"has not 1 to {LABEL_MAX_LENGTH} characters, or holds NUL"
WRONG_LABEL: Final = f"lambda x: length(x) NOT BETWEEN 1 AND {LABEL_MAX_LENGTH:d} OR contains(x, chr(0))"
#: NaN counts as the largest of all numbers.
WRONG_NUMBER: Final = (
    f"list_aggregate(embedding, 'count') < len(embedding) OR list_max(embedding) > {LARGEST_FLOAT32}::DOUBLE"
    f" OR list_min(embedding) < -{LARGEST_FLOAT32}::DOUBLE"
)


def embedding_checks() -> Iterator[RowCheck]:
    """Numbers that are stored with 32 bits, as many as there have to be."""
    yield RowCheck("embedding IS NULL AND embedding_given", literal("embedding is not a list of numbers"))
    yield RowCheck(
        f"len(embedding) NOT BETWEEN 1 AND {MOST_DIMENSIONS:d}",
        literal(f"embedding has not 1 to {MOST_DIMENSIONS} numbers"),
    )
    yield RowCheck(
        "len(embedding) <> dimensions",
        "'embedding has ' || len(embedding) || ' numbers, and those of this namespace have ' || dimensions",
    )
    yield RowCheck(
        WRONG_NUMBER,
        literal("embedding holds a number that is not finite, or does not fit 32 bits"),
    )
