"""The SQL that rules are written in: how nodes are built, and the only ones that may be rendered.

Functions appear as `call("NAME", ...)`, so that sqlglot passes them on as they are and rewrites nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, Literal

from sqlglot import exp

SqlExpression = exp.Expr
Engine = Literal["duckdb", "postgres", "spark"]

ALLOWED_NODES: Final = frozenset({
    exp.Add, exp.Alias, exp.And, exp.Anonymous, exp.Any, exp.Array, exp.Between, exp.Boolean, exp.Case, exp.Cast,
    exp.Collate, exp.Column, exp.Count, exp.DataType, exp.Div, exp.DPipe, exp.EQ, exp.Extract,
    exp.From, exp.GT, exp.GTE, exp.Identifier, exp.If, exp.In, exp.Is, exp.JSONBExtractScalar, exp.Literal, exp.LT,
    exp.LTE, exp.Mod, exp.Mul, exp.NEQ, exp.Not, exp.Null, exp.Offset, exp.Or, exp.Paren, exp.Select, exp.Star,
    exp.Sub, exp.Table, exp.TryCast, exp.Var,
})  # fmt: skip

#: The functions that may be called, by engine.
ALLOWED_FUNCTIONS: Final[dict[Engine, frozenset[str]]] = {
    "duckdb": frozenset({
        "ARRAY_TO_STRING", "CHR", "COALESCE", "CONTAINS", "COUNT_IF", "DIVIDE", "EPOCH_NS", "EPOCH_US", "LEFT", "LEN",
        "LIST_CONTAINS", "LIST_COUNT", "REGEXP_MATCHES", "SHA256", "STARTS_WITH", "TRUNC",
    }),
    "postgres": frozenset({
        "ARRAY", "ARRAY_NDIMS", "ARRAY_POSITION", "CARDINALITY", "CONVERT_TO", "ENCODE", "JSONB_ARRAY_ELEMENTS_TEXT",
        "JSONB_PATH_EXISTS", "JSONB_TYPEOF", "LEFT", "REGEXP_LIKE", "REGEXP_REPLACE", "SCALE", "SHA256", "STARTS_WITH",
        "STRPOS", "TRUNC",
    }),
    "spark": frozenset({
        "ARRAY_COMPACT", "ARRAY_CONTAINS", "ARRAY_JOIN", "ARRAY_SIZE", "CHR", "COALESCE", "CONTAINS", "COUNT_IF",
        "LEFT", "NULLIF", "REGEXP_LIKE", "REGEXP_REPLACE", "RINT", "SHA2", "STARTSWITH", "UNIX_DATE", "UNIX_MICROS",
    }),
}  # fmt: skip

#: How many conditions `AND` or `OR` joins without parentheses. Sail ends with its stack overflown at some hundreds.
LONGEST_RUN: Final = 50


class UnprovenSql(AssertionError):
    """A node or function that no test has run on every engine: a fault of ours, never of a rule."""


def render(expression: SqlExpression, engine: Engine) -> str:
    """The expression as text for one engine. Raises `UnprovenSql` outside the allow-list.

    Spark puts its settings and its environment in place of `${...}`, in literals too, unless the `$` is escaped.
    """
    for node in expression.walk():
        if type(node) not in ALLOWED_NODES:
            raise UnprovenSql(type(node).__name__)
        if isinstance(node, exp.Anonymous) and node.this not in ALLOWED_FUNCTIONS[engine]:
            raise UnprovenSql(node.this)
    written = expression.sql(dialect=engine, copy=False)
    return written.replace("${", r"\u0024{") if engine == "spark" else written


def text(value: str) -> SqlExpression:
    """A text literal."""
    return exp.Literal.string(value)


def cast(value: SqlExpression, kind: str) -> SqlExpression:
    """`CAST(value AS kind)`."""
    return exp.Cast(this=value, to=_data_type(kind).copy())


@lru_cache
def _data_type(kind: str) -> exp.DataType:
    """Kept, as reading a type's name takes as long as writing a predicate."""
    return exp.DataType.build(kind)


def number(value: float) -> SqlExpression:
    """A float64, typed: a bare 0.1 is DECIMAL on DuckDB and NUMERIC on PostgreSQL."""
    return cast(text(repr(float(value))), "DOUBLE")


def integer(value: int) -> SqlExpression:
    """An int64."""
    return cast(text(str(value)), "BIGINT")


def boolean(value: bool) -> SqlExpression:
    """TRUE or FALSE."""
    return exp.Boolean(this=value)


def column(name: str) -> SqlExpression:
    """A column of the relation at hand."""
    return exp.Column(this=exp.Identifier(this=name, quoted=True))


def call(name: str, *arguments: SqlExpression) -> SqlExpression:
    """A function of the engine."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def paren(expression: SqlExpression) -> SqlExpression:
    """`(expression)`."""
    return exp.Paren(this=expression)


def negated(expression: SqlExpression) -> SqlExpression:
    """`NOT (expression)`."""
    return exp.Not(this=paren(expression))


def is_null(expression: SqlExpression) -> SqlExpression:
    """`expression IS NULL`."""
    return exp.Is(this=expression, expression=exp.Null())


def is_true(expression: SqlExpression) -> SqlExpression:
    """`(expression) IS TRUE`: two-valued."""
    return exp.Is(this=paren(expression), expression=boolean(True))


def between(value: SqlExpression, low: SqlExpression, high: SqlExpression) -> SqlExpression:
    """`value BETWEEN low AND high`. NaN is outside of every range on every engine."""
    return exp.Between(this=value, low=low, high=high)


def when(condition: SqlExpression, value: SqlExpression) -> SqlExpression:
    """`value` where `condition` holds, else NULL. The value is not evaluated elsewhere."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)])


def kept_if(condition: SqlExpression, value: SqlExpression) -> SqlExpression:
    """`value`, NULL where `condition` is false. It is not evaluated there, and is NULL where the condition is.

    As NULL-unless rather than value-if: DuckDB then hands a column on as it is when nothing has to be taken out.
    """
    return exp.Case(ifs=[exp.If(this=negated(condition), true=exp.Null())], default=value)


def all_of(parts: Iterable[SqlExpression]) -> SqlExpression:
    """TRUE when every part is."""
    return _connected(exp.and_, list(parts)) or boolean(True)


def any_of(parts: Iterable[SqlExpression]) -> SqlExpression:
    """FALSE when no part is TRUE."""
    return _connected(exp.or_, list(parts)) or boolean(False)


def _connected(connect: Callable[..., SqlExpression], parts: list[SqlExpression]) -> SqlExpression | None:
    """In runs within runs: engines read a run of operators as a tree that is as deep as the run is long."""
    while len(parts) > LONGEST_RUN:
        runs = (parts[at : at + LONGEST_RUN] for at in range(0, len(parts), LONGEST_RUN))
        parts = [paren(connect(*run, copy=False)) for run in runs]
    return paren(connect(*parts, copy=False)) if parts else None
