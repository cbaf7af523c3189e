"""Rows of a file as facts: one row a subject, one column a feature."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.features.duckdb_values import WRITTEN, literal
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH, Instant
from tessella.domain.imports.fact_columns import FactColumns
from tessella.domain.privacy.feature_guard_sql import value_tests
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.warehouse.imports.checks import (
    Checked,
    RowCheck,
    first_reason,
    holds_nul,
    is_missing,
    is_not,
    is_too_long,
)
from tessella.warehouse.imports.parts import MOMENT, text_of
from tessella.warehouse.imports.subjects import is_address
from tessella.warehouse.imports.tables import Table

#: What a cell of each type has to be.
EXPECTED: Final = {
    FeatureType.STRING: "text",
    FeatureType.NUMBER: "a finite number",
    FeatureType.INTEGER: "a whole number within 2^53",
    FeatureType.BOOLEAN: "true or false",
    FeatureType.TIMESTAMP: MOMENT,
    FeatureType.STRING_LIST: "a list of texts",
}


def checked_facts(table: Table, columns: FactColumns, as_of: Instant, ids: SubjectIds) -> Checked:
    """The facts of a file, in the columns of `StoredFact`, with what is wrong with each row.

    A row with one bad cell stores nothing. `as_of` holds where the file has no column for it.
    """
    cells = table.cells
    stamp = f"{as_of:d}" if columns.as_of is None else cells.value(columns.as_of.name, FeatureType.TIMESTAMP)
    values = [
        f"{cells.value(column.name, feature.type)} AS v{at}" for at, (column, feature) in enumerate(columns.features)
    ]
    texts = [f"{cells.text(column.name)} AS t{at}" for at, (column, _) in enumerate(columns.features)]
    stamp_text = "''" if columns.as_of is None else cells.text(columns.as_of.name)
    subject = f"{text_of(columns.subject_id, cells)} AS subject_id, {stamp} AS as_of, {stamp_text} AS as_of_text"
    rows = f"SELECT {', '.join(['row, broken', subject, *values, *texts])} FROM ({table.relation})"
    relation = f"SELECT *, {first_reason(row_checks(columns, ids))} AS reason FROM ({rows})"
    return Checked(relation, accepted(relation, columns))


def row_checks(columns: FactColumns, ids: SubjectIds) -> Iterator[RowCheck]:
    """Everything that can be wrong with a row, the gravest first."""
    yield RowCheck("broken IS NOT NULL", "broken")
    yield is_missing("subject_id", "subject_id")
    yield is_too_long("subject_id", "subject_id", SUBJECT_MAX_LENGTH)
    yield holds_nul("subject_id", "subject_id")
    yield from is_address("subject_id", ids)
    yield is_missing("as_of_text", "as_of")
    yield is_not("as_of", "as_of_text", "as_of", MOMENT)
    for at, (_, feature) in enumerate(columns.features):
        yield is_not(f"v{at}", f"t{at}", feature.name, EXPECTED[feature.type])
        for what, test in value_tests(feature, f"v{at}"):
            yield RowCheck(test, literal(f"{feature.name} looks like {what}, which is not stored"))


def accepted(relation: str, columns: FactColumns) -> str:
    """A row for each value that is there."""
    names = ", ".join(literal(feature.name) for _, feature in columns.features)
    values = ", ".join(WRITTEN[feature.type].format(f"v{at}") for at, (_, feature) in enumerate(columns.features))
    long = f"SELECT subject_id, unnest([{names}]) AS feature, unnest([{values}]) AS value, as_of FROM ({relation})"
    return f"SELECT * FROM ({long} WHERE reason IS NULL) WHERE value IS NOT NULL"
