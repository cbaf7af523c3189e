"""The statements over a view that are the same for every engine, in the SQL of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sqlglot import exp

from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH
from tessella.domain.rules.sql import Engine, SqlContext, SqlExpression, Stored, nodes
from tessella.domain.rules.sql.projection import normalised
from tessella.ports.customer_engine import EngineColumn, ReadAs

_NO_CLOCK: Final = 0
#: The function that counts a text's characters. PostgreSQL's and Spark's leave out nothing either.
_LENGTH: Final = "length"


def lookup_sql(
    source: str, key: EngineColumn, keys: Sequence[str], columns: Iterable[ReadAs], engine: Engine
) -> str | None:
    """The id, then each column normalised, of the rows with one of the keys: at most two a key, and one more.

    None when the key column can hold none of the keys.
    """
    if not (listed := list(_literals(key.stored, keys))):
        return None
    selected = [exp.alias_(_as_text(key), SUBJECT, quoted=True), *_values(columns, engine)]
    held = nodes.column(key.name) if key.stored in (Stored.TEXT, Stored.INTEGER) else _as_text(key)
    matching = nodes.render(SqlContext(engine, _NO_CLOCK).is_in(held, listed), engine)
    return f"{_over(source, selected, engine)}\nWHERE {matching}\nLIMIT {2 * len(keys) + 1}"


def sample_sql(source: str, columns: Iterable[ReadAs], rows: int, engine: Engine) -> str:
    """Each column normalised, as `f0`, `f1` and so on, of the rows that the engine gives first."""
    return f"{_over(source, list(_values(columns, engine)), engine)}\nLIMIT {rows}"


def keys_sql(source: str, key: EngineColumn, engine: Engine) -> str:
    """One row: how many rows there are, how many have no usable key, and how many keys are in several rows."""
    keys = _over(source, [exp.alias_(_as_text(key), SUBJECT, quoted=True)], engine)
    usable = f"{_LENGTH}(k) BETWEEN 1 AND {SUBJECT_MAX_LENGTH}"
    sums = ("n", f"CASE WHEN {usable} THEN 0 ELSE n END", f"CASE WHEN {usable} AND n > 1 THEN 1 ELSE 0 END")
    added = ", ".join(f"CAST(COALESCE(SUM({each}), 0) AS BIGINT)" for each in sums)
    return f"SELECT {added} FROM (SELECT {SUBJECT} AS k, COUNT(*) AS n FROM (\n{keys}\n) AS keys GROUP BY 1) AS counted"


def _over(source: str, selected: list[SqlExpression], engine: Engine) -> str:
    select = nodes.render(exp.Select(expressions=selected).from_("raw"), engine)
    return f"WITH raw AS (\n{source}\n)\n{select}"


def _values(columns: Iterable[ReadAs], engine: Engine) -> Iterator[SqlExpression]:
    ctx = SqlContext(engine, _NO_CLOCK)
    for at, read in enumerate(columns):
        value = normalised(ctx.stored(read.column.name), read.column.stored, read.type, engine)
        yield exp.alias_(value, f"f{at}", quoted=True)


def _as_text(key: EngineColumn) -> SqlExpression:
    return nodes.cast(nodes.column(key.name), "TEXT")


def _literals(stored: Stored, keys: Sequence[str]) -> Iterator[SqlExpression]:
    """The keys in the key's own type, where that lets the engine use an index."""
    for key in keys:
        if stored is not Stored.INTEGER:
            yield nodes.text(key)
        elif (number := _whole(key)) is not None:
            yield nodes.integer(number)


def _whole(key: str) -> int | None:
    """The integer of 64 bits whose text this is."""
    if not (key.isascii() and key.removeprefix("-").isdigit() and len(key) <= 20):
        return None
    number = int(key)
    return number if str(number) == key and -(2**63) <= number < 2**63 else None


def natural(columns: Iterable[EngineColumn]) -> list[ReadAs]:
    """The columns that have a natural type, read as such."""
    return [ReadAs(each, each.natural) for each in columns if isinstance(each.natural, FeatureType)]
