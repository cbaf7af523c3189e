"""The gate's texts, lists of texts and booleans as SQL."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.columns import Stored
from tessella.domain.rules.sql.nodes import (
    Engine,
    SqlExpression,
    all_of,
    any_of,
    call,
    cast,
    is_null,
    kept_if,
    negated,
    when,
)
from tessella.domain.rules.sql.numbers import has_json_type

#: Finds an item of a JSON list that is no text.
NOT_A_TEXT: Final = 'strict $[*] ? (@.type() <> "string")'


def string_gate(raw: SqlExpression, stored: Stored, engine: Engine) -> SqlExpression | None:
    """Text without NUL; None when this storage holds no text."""
    match stored:
        case Stored.TEXT if engine == "postgres":
            return cast(raw, "TEXT")
        case Stored.TEXT:
            value = cast(raw, "TEXT")
            return kept_if(negated(_holds_nul(value)), value.copy())
        case Stored.JSON:
            return json_text(raw)
        case _:
            return None


def string_list_gate(raw: SqlExpression, stored: Stored, engine: Engine) -> SqlExpression | None:
    """A list of texts, absent when an item is; None when this storage holds no such list."""
    match stored:
        case Stored.TEXT_LIST if engine == "postgres":
            return _postgres_list(cast(raw, "TEXT[]"))
        case Stored.TEXT_LIST:
            present, joined = _items(raw, engine)
            return kept_if(all_of((present, negated(_holds_nul(joined)))), cast(raw.copy(), "TEXT[]"))
        case Stored.JSON:
            return _json_list(raw)
        case _:
            return None


def boolean_gate(raw: SqlExpression, stored: Stored, engine: Engine) -> SqlExpression | None:
    """TRUE or FALSE; None when this storage holds neither. The same on every engine."""
    match stored:
        case Stored.BOOLEAN:
            return raw
        case Stored.JSON:
            return when(has_json_type(raw, "boolean"), cast(raw.copy(), "BOOLEAN"))
        case _:
            return None


def json_text(raw: SqlExpression) -> SqlExpression:
    """The text in a jsonb value, NULL for any other."""
    return when(has_json_type(raw, "string"), exp.JSONBExtractScalar(this=raw.copy(), expression=nodes.text("{}")))


def _holds_nul(value: SqlExpression) -> SqlExpression:
    return call("CONTAINS", value, call("CHR", exp.Literal.number(0)))


def _items(raw: SqlExpression, engine: Engine) -> tuple[SqlExpression, SqlExpression]:
    """Whether no item of a list is NULL, and all its items as one text."""
    if engine == "duckdb":
        present = exp.EQ(this=call("LEN", raw), expression=call("LIST_COUNT", raw.copy()))
        return present, call("ARRAY_TO_STRING", raw.copy(), nodes.text(""))
    kept = call("ARRAY_SIZE", call("ARRAY_COMPACT", raw.copy()))
    return exp.EQ(this=call("ARRAY_SIZE", raw), expression=kept), call("ARRAY_JOIN", raw.copy(), nodes.text(""))


def _postgres_list(value: SqlExpression) -> SqlExpression:
    """An array of arrays is no list of texts, and `array_position` fails on one."""
    is_empty = exp.EQ(this=call("CARDINALITY", value), expression=exp.Literal.number(0))
    is_flat = exp.EQ(this=call("ARRAY_NDIMS", value.copy()), expression=exp.Literal.number(1))
    no_null = is_null(call("ARRAY_POSITION", value.copy(), exp.Null()))
    return when(any_of((is_empty, is_flat)), when(no_null, value.copy()))


def _json_list(raw: SqlExpression) -> SqlExpression:
    items = call("ARRAY", exp.Select(expressions=[call("JSONB_ARRAY_ELEMENTS_TEXT", raw.copy())]))
    only_texts = negated(call("JSONB_PATH_EXISTS", raw.copy(), nodes.text(NOT_A_TEXT)))
    return when(has_json_type(raw, "array"), when(only_texts, items))
