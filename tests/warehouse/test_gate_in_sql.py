"""The SQL projection and the Python gate answer alike over the same stored values, and no value makes a scan fail."""

from itertools import zip_longest
from typing import get_args

import pytest

from tessella.domain.features.gate import normalise
from tessella.domain.rules.sql import Engine, Stored, stored_as
from tessella.domain.rules.sql.nodes import column, render
from tessella.domain.rules.sql.projection import normalised
from tests.warehouse.engines import Runner
from tests.warehouse.raw_columns import ALONE, SHARED, Cell, Raw


def columns_of(engine: str) -> list[Raw]:
    return [raw for raw in (*SHARED, *ALONE) if raw.sql_type(engine)]


def projected(raw: Raw, engine: str) -> str:
    return render(normalised(column(raw.name), raw.column(engine).stored, raw.type, engine), engine)


def seen(raw: Raw, cell: Cell) -> object:
    value = normalise(cell.raw, raw.type)
    return list(value) if isinstance(value, tuple) else value


def test_every_stored_value_passes_the_gate_as_it_does_in_python(runner: Runner) -> None:
    columns = columns_of(runner.name)
    rows = list(zip_longest(*(raw.cells for raw in columns), fillvalue=Cell(None, None)))
    runner.load("raw_values", columns, [(str(at), at, *(cell.stored for cell in row)) for at, row in enumerate(rows)])
    projection = ", ".join(projected(raw, runner.name) for raw in columns)
    answers = runner.query(f"SELECT {projection} FROM raw_values ORDER BY example")
    wrong = [
        f"{raw.name} {raw.type} {cell.stored!r}: {answer!r} instead of {seen(raw, cell)!r}"
        for row, answers_of_row in zip(rows, answers, strict=True)
        for raw, cell, answer in zip(columns, row, answers_of_row, strict=True)
        if repr(answer) != repr(seen(raw, cell))
    ]
    assert wrong == []


def test_every_storage_is_tried_with_a_value_that_passes_and_one_that_does_not() -> None:
    tried = {
        (raw.column(engine).stored, seen(raw, cell) is None)
        for engine in get_args(Engine)
        for raw in columns_of(engine)
        for cell in raw.cells
    }
    storages = set(Stored) - {Stored.NORMALISED}  # which no source has
    assert tried == {(stored, absent) for stored in storages for absent in (True, False)} - {(Stored.OTHER, False)}


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("DECIMAL(18,3)", Stored.DECIMAL),
        ("VARCHAR[]", Stored.TEXT_LIST),
        ("character varying(20)", Stored.TEXT),
        ("timestamp(6) with time zone", Stored.TIMESTAMP_WITH_ZONE),
        ("UBIGINT", Stored.INTEGER),
        ("double precision", Stored.FLOAT),
        ("STRUCT(a INTEGER)", Stored.OTHER),
        ("INTEGER[]", Stored.OTHER),
        ("BLOB", Stored.OTHER),
    ],
)
def test_a_type_is_known_by_the_name_that_the_catalogue_gives(name: str, stored: Stored) -> None:
    assert stored_as(name) is stored
