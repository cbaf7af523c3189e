"""Members as a table of the process: read once, in parallel, and then taken a chunk at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb

from tessella.domain.features.duckdb_values import literal
from tessella.domain.predictions.manifest import Manifest
from tessella.domain.predictions.segment.members import CELL, CUSTOMER
from tessella.domain.predictions.segment.scoring import Group
from tessella.domain.predictions.segment.stats import ChurnStats, Distribution, Stats, added
from tessella.models.scoring.wire import Asked, Limits

TABLE: Final = "members"
#: So many members of whom nothing can be told are named.
_FAILED: Final = 10


def open_database(limits: Limits) -> duckdb.DuckDBPyConnection:
    """DuckDB in memory, that downloads nothing."""
    return duckdb.connect(
        config={
            "memory_limit": limits.memory, "threads": limits.threads, "temp_directory": limits.spill,
            "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        }
    )  # fmt: skip


def load_members(database: duckdb.DuckDBPyConnection, asked: Asked) -> int:
    """Have the rows of the statement as a table; how many there are."""
    database.execute(f"CREATE TABLE {TABLE} AS {asked.sql}", dict(asked.parameters))
    [(members,)] = database.execute(f"SELECT count(*) FROM {TABLE}").fetchall()
    return int(members)


def sizes(database: duckdb.DuckDBPyConnection, groups: Sequence[Group], condition: str = "TRUE") -> dict[str, int]:
    """How many members of each group fulfil a condition."""
    if not groups:
        return {}
    counts = ", ".join(f"count(*) FILTER (WHERE {condition} AND {_inside(each)})" for each in groups)
    [row] = database.execute(f"SELECT {counts} FROM {TABLE}").fetchall()
    return {each.name: int(count) for each, count in zip(groups, row, strict=True)}


def cells(database: duckdb.DuckDBPyConnection, asked: Asked) -> dict[str, Stats]:
    """What the rows say themselves, counted by group, and written as they are."""
    if asked.target is not None:
        told = f"SELECT subject_id AS {CUSTOMER}, {CELL}, recency, frequency, monetary FROM {TABLE} WHERE known"
        write(database, told, Path(asked.target), 0)
    return {each.name: _distribution(database, each) for each in asked.groups}


def with_outside(
    database: duckdb.DuckDBPyConnection, groups: Sequence[Group], manifest: Manifest, stats: Mapping[str, Stats]
) -> dict[str, Stats]:
    """The same stats with how many are none of those whom the model learned from."""
    population = manifest.population
    if population is None:
        return dict(stats)
    column = f"i{[each.name for each in manifest.inputs].index(population.recency)}"
    silent = f"known AND NOT isnan({column}) AND {column} > {population.active_days}"  # NaN is above all numbers
    outside = sizes(database, groups, silent)
    return {name: added(each, ChurnStats(outside=outside[name])) for name, each in stats.items()}


def first_failed(database: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The first members of whom nothing can be told, by id."""
    named = f"SELECT subject_id FROM {TABLE} WHERE NOT known ORDER BY 1 LIMIT {_FAILED}"
    return tuple(subject_id for (subject_id,) in database.execute(named).fetchall())


def write(database: duckdb.DuckDBPyConnection, sql: str, target: Path, part: int) -> None:
    """The rows of a statement as one part of the result."""
    database.execute(f"COPY ({sql}) TO {literal(str(target / f'part-{part:06}.parquet'))} (FORMAT parquet)")


def _distribution(database: duckdb.DuckDBPyConnection, group: Group) -> Distribution:
    counts = f"SELECT {CELL}, count(*) FROM {TABLE} WHERE known AND {_inside(group)} GROUP BY 1"
    return Distribution(dict(database.execute(counts).fetchall()))


def _inside(group: Group) -> str:
    return f"({group.word} & {group.mask}) <> 0" if group.word else "TRUE"
