"""The gate's numbers and integers as SQL."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Final

from sqlglot import exp

from tessella.domain.features.gate import INTEGER_LIMIT
from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.columns import Stored
from tessella.domain.rules.sql.nodes import Engine, SqlExpression, between, call, cast, kept_if, when

LARGEST: Final = Decimal(repr(sys.float_info.max))
#: Half of the smallest float64 above 0, rounded up.
ROUNDS_TO_ZERO: Final = Decimal("2.4703282292062328e-324")

#: What leaves a float64 as it is only when it has no fraction. Spark's TRUNC is for dates.
TO_WHOLE: Final[dict[Engine, str]] = {"duckdb": "TRUNC", "postgres": "TRUNC", "spark": "RINT"}


def number_gate(raw: SqlExpression, stored: Stored, engine: Engine) -> SqlExpression | None:
    """A finite float64; None when this storage holds no number."""
    match stored:
        case Stored.FLOAT:
            return finite(cast(raw, "DOUBLE"))
        case Stored.INTEGER:
            return kept_if(_is_exact(int64(raw, engine)), cast(int64(raw.copy(), engine), "DOUBLE"))
        case Stored.DECIMAL:
            return _decimal(raw, engine)
        case Stored.JSON:
            return _json_number(json_numeric(raw))
        case _:
            return None


def integer_gate(raw: SqlExpression, stored: Stored, engine: Engine) -> SqlExpression | None:
    """An int64 within 2^53; None when this storage holds no number."""
    if stored is Stored.INTEGER:
        return kept_if(_is_exact(int64(raw, engine)), cast(int64(raw.copy(), engine), "BIGINT"))
    value = cast(raw, "DOUBLE") if stored is Stored.FLOAT else number_gate(raw, stored, engine)
    return None if value is None else _whole(value, engine)


def finite(value: SqlExpression) -> SqlExpression:
    """The float64, NULL when it is NaN or infinite."""
    return kept_if(between(value, nodes.number(-sys.float_info.max), nodes.number(sys.float_info.max)), value.copy())


def json_numeric(raw: SqlExpression) -> SqlExpression:
    """The number in a jsonb value, NULL for any other."""
    return when(has_json_type(raw, "number"), cast(raw.copy(), "DECIMAL"))


def has_json_type(raw: SqlExpression, name: str) -> SqlExpression:
    """Whether a jsonb value is of a JSON type."""
    return exp.EQ(this=call("JSONB_TYPEOF", raw.copy()), expression=nodes.text(name))


def has_no_digits_after_the_point(numeric: SqlExpression) -> SqlExpression:
    """Whether JSON readers take the number for an integer."""
    return exp.EQ(this=call("SCALE", numeric), expression=nodes.integer(0))


def _decimal(raw: SqlExpression, engine: Engine) -> SqlExpression:
    match engine:
        case "duckdb":
            return cast(raw, "DOUBLE")
        case "postgres":
            return when(_fits_a_double(raw), _double_of(raw.copy()))
        case "spark":
            return cast(cast(raw, "TEXT"), "DOUBLE")  # its own cast of a DECIMAL rounds twice


def _json_number(numeric: SqlExpression) -> SqlExpression:
    """JSON text without a decimal point is an integer to every reader, and bounded like one."""
    is_whole = has_no_digits_after_the_point(numeric)
    accepted = nodes.any_of((
        _is_exact(numeric.copy()),
        nodes.all_of((nodes.negated(is_whole), _fits_a_double(numeric.copy()))),
    ))  # fmt: skip
    return when(accepted, _double_of(numeric.copy()))


def int64(raw: SqlExpression, engine: Engine) -> SqlExpression:
    """DuckDB has wider integers, and comparing its widest with an int64 fails; the others have none."""
    return exp.TryCast(this=raw, to=exp.DataType.build("BIGINT")) if engine == "duckdb" else raw


def _whole(value: SqlExpression, engine: Engine) -> SqlExpression:
    """The float64 as int64 where it has no fraction."""
    limit = float(INTEGER_LIMIT)
    in_range = between(value, nodes.number(-limit), nodes.number(limit))
    has_no_fraction = exp.EQ(this=value.copy(), expression=call(TO_WHOLE[engine], value.copy()))
    return kept_if(nodes.all_of((in_range, has_no_fraction)), cast(value.copy(), "BIGINT"))


def _is_exact(value: SqlExpression) -> SqlExpression:
    return between(value, nodes.integer(-INTEGER_LIMIT), nodes.integer(INTEGER_LIMIT))


def _fits_a_double(numeric: SqlExpression) -> SqlExpression:
    """Compared as NUMERIC: casting a larger one would fail."""
    return between(numeric, _numeric(-LARGEST), _numeric(LARGEST))


def _double_of(numeric: SqlExpression) -> SqlExpression:
    """The nearest float64. PostgreSQL fails on what rounds to 0, so that is 0 before it is cast."""
    vanishes = between(numeric, _numeric(-ROUNDS_TO_ZERO), _numeric(ROUNDS_TO_ZERO))
    kept = exp.Case(ifs=[exp.If(this=vanishes, true=exp.Literal.number(0))], default=numeric.copy())
    return cast(kept, "DOUBLE")


def _numeric(value: Decimal) -> SqlExpression:
    return cast(nodes.text(str(value)), "DECIMAL")
