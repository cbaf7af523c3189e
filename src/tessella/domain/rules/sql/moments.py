"""The gate's timestamps as SQL: int64 microseconds UTC."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from tessella.domain.features.gate import DAY_US, TIMESTAMP_MAX, TIMESTAMP_MIN
from tessella.domain.features.iso8601 import MOMENT, ZONE
from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.columns import Stored
from tessella.domain.rules.sql.nodes import Engine, SqlExpression, all_of, between, call, cast, kept_if, when
from tessella.domain.rules.sql.numbers import has_json_type, has_no_digits_after_the_point, int64, json_numeric
from tessella.domain.rules.sql.texts import json_text

#: The first and the last moment of each type; what lies outside, the infinities included, is absent.
RANGES: Final = {
    Stored.TIMESTAMP: ("TIMESTAMP", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999"),
    Stored.TIMESTAMP_WITH_ZONE: ("TIMESTAMPTZ", "0001-01-01 00:00:00+00:00", "9999-12-31 23:59:59.999999+00:00"),
    Stored.DATE: ("DATE", "0001-01-01", "9999-12-31"),
}
#: PostgreSQL would round digits beyond the microsecond.
FINER_THAN_MICROSECONDS: Final = r"(\.[0-9]{6})[0-9]+"

#: Spark reads no time without seconds when a zone follows.
WITHOUT_SECONDS: Final = "^(.{16})([Z+-].*)?$"


def timestamp_gate(raw: SqlExpression, stored: Stored, engine: Engine) -> SqlExpression | None:
    """Microseconds UTC: naive is UTC, a date is its midnight; None when this storage holds no moment."""
    match stored:
        case Stored.TIMESTAMP | Stored.TIMESTAMP_WITH_ZONE | Stored.DATE:
            return _stored_on_spark(raw, stored) if engine == "spark" else _stored(raw, stored, engine)
        case Stored.TIMESTAMP_NS:
            return _micros_of_nanos(call("EPOCH_NS", raw))
        case Stored.INTEGER:
            micros = int64(raw, engine)
            return kept_if(_in_range(micros), cast(micros.copy(), "BIGINT"))
        case Stored.TEXT:
            return _parsed(cast(raw, "TEXT"), engine)
        case Stored.JSON:
            return _json(raw, engine)
        case _:
            return None


def _stored(raw: SqlExpression, stored: Stored, engine: Engine) -> SqlExpression:
    kind, first, last = RANGES[stored]
    moment = cast(raw.copy(), "TIMESTAMP") if stored is Stored.DATE else raw.copy()
    return kept_if(between(raw, cast(nodes.text(first), kind), cast(nodes.text(last), kind)), _micros(moment, engine))


def _stored_on_spark(raw: SqlExpression, stored: Stored) -> SqlExpression:
    """Checked as numbers. Spark's cast of a date to a moment fails for dates that its moments do not reach."""
    if stored is not Stored.DATE:
        micros = _micros(cast(raw, "TIMESTAMPTZ"), "spark")
        return kept_if(_in_range(micros), micros.copy())
    days = cast(call("UNIX_DATE", raw), "BIGINT")
    in_range = between(days, nodes.integer(TIMESTAMP_MIN // DAY_US), nodes.integer(TIMESTAMP_MAX // DAY_US))
    return kept_if(in_range, exp.Mul(this=days.copy(), expression=nodes.integer(DAY_US)))


def _micros(moment: SqlExpression, engine: Engine) -> SqlExpression:
    if engine == "duckdb":
        return call("EPOCH_US", moment)
    if engine == "spark":
        return call("UNIX_MICROS", moment)
    seconds = exp.Extract(this=exp.Var(this="EPOCH"), expression=moment)
    return cast(exp.Mul(this=seconds, expression=exp.Literal.number(1_000_000)), "BIGINT")


def _micros_of_nanos(nanos: SqlExpression) -> SqlExpression:
    """Rounded down, as cutting off digits does; DuckDB's own cast rounds to the nearest."""
    thousand = exp.Literal.number(1000)
    above_zero = exp.Add(this=exp.Mod(this=nanos, expression=thousand), expression=thousand.copy())
    finer = exp.Mod(this=nodes.paren(above_zero), expression=thousand.copy())
    return call("DIVIDE", exp.Sub(this=nanos.copy(), expression=nodes.paren(finer)), thousand.copy())


def _parsed(text: SqlExpression, engine: Engine) -> SqlExpression:
    """Text of the one pattern that all engines share; it knows the calendar, so the cast does not fail."""
    micros = _micros(_moment(text, engine), engine)
    in_range = when(_in_range(micros), micros.copy())
    return when(_matches(text.copy(), MOMENT, engine), in_range)


def _moment(text: SqlExpression, engine: Engine) -> SqlExpression:
    """The text, completed to a time with a zone, as the engine's moment."""
    zoned: SqlExpression = exp.Case(
        ifs=[
            exp.If(this=_matches(text, f":[0-9.]+{ZONE}$", engine), true=text.copy()),
            exp.If(this=_matches(text.copy(), ":", engine), true=_followed_by(text, "Z")),
        ],
        default=_followed_by(text, " 00:00:00Z"),
    )
    if engine == "spark":
        zoned = call("REGEXP_REPLACE", zoned, nodes.text(WITHOUT_SECONDS), nodes.text("$1:00$2"))
    if engine != "postgres":
        return exp.TryCast(this=zoned, to=exp.DataType.build("TIMESTAMPTZ"), safe=True)
    return cast(call("REGEXP_REPLACE", zoned, nodes.text(FINER_THAN_MICROSECONDS), nodes.text(r"\1")), "TIMESTAMPTZ")


def _followed_by(text: SqlExpression, more: str) -> SqlExpression:
    return exp.DPipe(this=text.copy(), expression=nodes.text(more))


def _matches(text: SqlExpression, pattern: str, engine: Engine) -> SqlExpression:
    if engine == "spark":  # whose `$` matches before a last line break, too
        pattern = pattern.replace("$", r"\z")
    return call("REGEXP_MATCHES" if engine == "duckdb" else "REGEXP_LIKE", text, nodes.text(pattern))


def _json(raw: SqlExpression, engine: Engine) -> SqlExpression:
    """A JSON text as a moment, a JSON integer as microseconds."""
    numeric = json_numeric(raw)
    micros = when(
        all_of((_in_range(numeric), has_no_digits_after_the_point(numeric.copy()))), cast(numeric.copy(), "BIGINT")
    )
    return exp.Case(
        ifs=[exp.If(this=has_json_type(raw, "string"), true=_parsed(json_text(raw), engine))], default=micros
    )


def _in_range(micros: SqlExpression) -> SqlExpression:
    return between(micros, nodes.integer(TIMESTAMP_MIN), nodes.integer(TIMESTAMP_MAX))
