"""Rows of an audience as what is told of each subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import FIRST, SUBJECT, mask, word
from tessella.domain.audiences.rows import bits_and_features
from tessella.domain.audiences.sides import Told
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.gate import value_of_cell
from tessella.domain.identifiers import SubjectId


def some_rows_sql(audience: Audience, rows: str, subjects: Iterable[SubjectId]) -> str:
    """The rows of some subjects, with what `read_told` reads."""
    columns = ", ".join((SUBJECT, FIRST, *bits_and_features(audience)))
    wanted = ", ".join(map(literal, subjects))
    return f"SELECT {columns} FROM ({rows}) WHERE {SUBJECT} IN (SELECT unnest(CAST([{wanted}] AS VARCHAR[])))"


def read_told(audience: Audience, rows: Iterable[Sequence[Any]]) -> dict[SubjectId, Told]:
    """What rows of an audience tell."""
    names = bits_and_features(audience)
    segments = [each.segment_id for each in audience.segments]
    found = {}
    for subject_id, first, *cells in rows:
        row = dict(zip(names, cells, strict=True))
        inside = frozenset(each for at, each in enumerate(segments) if row[word(at)] & mask(at))
        values = {name: value_of_cell(row[column]) for name, column in audience.columns().items()}
        found[SubjectId(subject_id)] = Told(inside, None if first is None else segments[first], values)
    return found
