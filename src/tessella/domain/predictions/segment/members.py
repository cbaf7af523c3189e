"""Members of an audience as what is scored: SQL for DuckDB of a row each, without any NULL that would need a mask.

The columns are `subject_id`; the inputs of a model as `i0`, `i1` and so on, or, where cells of RFM are told, `cell` and
the scores behind it; `known`, whether anything can be told; then the columns of bits that were asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.predicted import RFM_CELL, RFM_FREQUENCY, RFM_MONETARY, RFM_RECENCY
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.inputs import NO_TEXT, Input, InputType
from tessella.domain.predictions.manifest import Manifest

CUSTOMER: Final = "customer_id"
CELL: Final = "cell"
_NO_TEXT: Final = f"chr({ord(NO_TEXT)})"
_NO_NUMBER: Final = "'NaN'::DOUBLE"
#: Of these no number can be read.
_NO_NUMBERS: Final = frozenset({FeatureType.STRING, FeatureType.STRING_LIST})
_SCORES: Final = {"recency": RFM_RECENCY, "frequency": RFM_FREQUENCY, "monetary": RFM_MONETARY}

#: Of each feature that an audience holds, its column and type.
Held = Mapping[FeatureName, tuple[str, FeatureType]]


def members_sql(rows: str, member: str, inputs: Sequence[Input], held: Held, words: Iterable[str] = ()) -> str:
    r"""The members of a condition as a model reads them; a feature that is not held is missing for all of them.

    >>> inputs = [Input("spend"), Input("tier", InputType.CATEGORY, categories=("gold",))]
    >>> print(members_sql("r", "m", inputs, {"spend": ("f0", FeatureType.NUMBER)}).replace(" FROM", "\nFROM"))
    SELECT subject_id, coalesce(CAST(f0 AS DOUBLE), 'NaN'::DOUBLE) AS i0, chr(0) AS i1, f0 IS NOT NULL AS known
    FROM (r) AS held WHERE m
    """
    read = [f"{_value(each, held.get(each.name))} AS i{at}" for at, each in enumerate(inputs)]
    known = " OR ".join(f"{held[each.name][0]} IS NOT NULL" for each in inputs if each.name in held) or "FALSE"
    columns = ", ".join(("subject_id", *read, f"{known} AS known", *words))
    return f"SELECT {columns} FROM ({rows}) AS held WHERE {member}"


def cells_sql(rows: str, member: str, held: Held, words: Iterable[str] = ()) -> str:
    """The members of a condition with their cells of RFM."""
    names = {CELL: RFM_CELL, **_SCORES}
    places = {column: held[name][0] if name in held else "NULL" for column, name in names.items()}
    read = [f"{place} AS {column}" for column, place in places.items()]
    columns = ", ".join(("subject_id", *read, f"{places[CELL]} IS NOT NULL AS known", *words))
    return f"SELECT {columns} FROM ({rows}) AS held WHERE {member}"


def read_sql(read: Input, column: str) -> str:
    """An input out of these rows as `encode_columns` takes it soonest: a number, or the place of a category.

    >>> read_sql(Input("tier", InputType.CATEGORY, categories=("gold", "tin")), "i1")
    "coalesce(list_position(['gold', 'tin']::VARCHAR[], i1), 0)::INTEGER - 1 AS i1"
    """
    if read.type is not InputType.CATEGORY:
        return column
    categories = ", ".join(map(literal, read.categories))
    return f"coalesce(list_position([{categories}]::VARCHAR[], {column}), 0)::INTEGER - 1 AS {column}"


def outputs_of(manifest: Manifest) -> list[str]:
    """What each column of a model's answer is, over all of its parts."""
    return [output for part in manifest.parts for output in part.outputs]


def _value(read: Input, held: tuple[str, FeatureType] | None) -> str:
    column, kind = held or ("", None)
    if read.type is InputType.CATEGORY:
        return f"coalesce({column}, {_NO_TEXT})" if kind is FeatureType.STRING else _NO_TEXT
    if kind is None or kind in _NO_NUMBERS:
        return _NO_NUMBER
    return f"coalesce(CAST({column} AS DOUBLE), {_NO_NUMBER})"
