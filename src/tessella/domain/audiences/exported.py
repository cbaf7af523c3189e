"""The rows of an export: ids and features of a segment's members, as a file of one form holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.features.types import FeatureType
from tessella.domain.formulas import FORMULA_STARTS
from tessella.domain.rules.sql.nodes import column, render

#: A value as a cell of CSV. Numbers are written by us and cannot be formulas; texts can.
_IN_CSV: Final[Mapping[FeatureType, str]] = {
    FeatureType.STRING: f"CASE WHEN regexp_matches({{0}}, '{FORMULA_STARTS}') THEN '''' || {{0}} ELSE {{0}} END",
    FeatureType.TIMESTAMP: "strftime(make_timestamp({0}), '%Y-%m-%dT%H:%M:%S.%fZ')",
    FeatureType.STRING_LIST: "CAST(to_json({0}) AS VARCHAR)",
}
_IN_PARQUET: Final[Mapping[FeatureType, str]] = {FeatureType.TIMESTAMP: "make_timestamp({0}) AT TIME ZONE 'UTC'"}


def csv_sql(rows: str, member: str, columns: Sequence[tuple[str, FeatureType, str]]) -> str:
    """The members for a CSV file; `columns` are a heading, a type and the column of the rows.

    A text that begins with = + - @, tab, or a line's end has ' put before it, so that no spreadsheet runs it. Lists are
    JSON, timestamps ISO 8601 in UTC.
    """
    return _select(rows, member, columns, _IN_CSV)


def parquet_sql(rows: str, member: str, columns: Sequence[tuple[str, FeatureType, str]]) -> str:
    """The same for a Parquet file, in which nothing is altered."""
    return _select(rows, member, columns, _IN_PARQUET)


def _select(
    rows: str, member: str, columns: Sequence[tuple[str, FeatureType, str]], written: Mapping[FeatureType, str]
) -> str:
    listed = [(SUBJECT, FeatureType.STRING, SUBJECT), *columns]
    cells = ", ".join(
        f"{written.get(kind, '{0}').format(source)} AS {render(column(heading), 'duckdb')}"
        for heading, kind, source in listed
    )
    return f"SELECT {cells} FROM ({rows}) AS member WHERE {member} ORDER BY member.{SUBJECT}"
