"""The rows of a calculated audience, as DuckDB beside us reads them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import BASE, DELTA, FIRST, GONE, ORIGINS, SUBJECT, held, words
from tessella.domain.features.duckdb_values import literal
from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.sql import RawColumn, Relation, Stored


def parquet(path: Path) -> str:
    """A file as a relation."""
    return f"read_parquet({literal(str(path))})"


def audience_rows(audience: Audience, folder: Path) -> str:
    """A SELECT of one row a subject with the columns of `layout`, from the folder of a calculation."""
    columns = ", ".join((SUBJECT, FIRST, ORIGINS, *bits_and_features(audience)))
    base = f"SELECT {columns} FROM {parquet(folder / BASE)}"
    if not audience.delta_rows:
        return base
    delta = parquet(folder / DELTA)
    return (
        f"{base} AS base ANTI JOIN (SELECT {SUBJECT} FROM {delta}) AS delta USING ({SUBJECT})\n"
        f"UNION ALL SELECT {columns} FROM {delta} WHERE NOT {GONE}"
    )


def audience_relation(audience: Audience, folder: Path) -> Relation:
    """The same for rules."""
    return normalised_relation(audience_rows(audience, folder), audience.columns())


def normalised_relation(rows: str, columns: Mapping[FeatureName, str]) -> Relation:
    """Rows for rules: features past the gate, each in the column that holds it."""
    return Relation(rows, SUBJECT, {name: RawColumn(column, Stored.NORMALISED) for name, column in columns.items()})


def bits_and_features(audience: Audience) -> list[str]:
    """The columns after the first three."""
    return [*words(len(audience.segments)), *(held(at) for at, _ in enumerate(audience.features))]
