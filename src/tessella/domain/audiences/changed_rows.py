"""The rows of a source that have changed, found where they are: an index or a file's statistics can serve."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlglot import exp

from tessella.domain.features.gate import DAY_US, TIMESTAMP_MAX, TIMESTAMP_MIN, iso
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.rules.sql import Engine, RawColumn, Relation, SqlContext, SqlExpression, Stored, nodes
from tessella.domain.rules.sql.projection import normalised

_UTC: Final = "+00:00"


def changed_rows(relation: Relation, updated: FeatureName, since: Instant, engine: Engine) -> Relation:
    """Those that say in the column of `updated` that they have changed at a moment or later, or do not say.

    The raw column is compared, before any value passes the gate. Where the column holds no moments of the engine but
    texts or numbers, the gate reads it, and what it takes for absent says nothing.
    """
    raw = relation.columns[updated]
    moment, bound = _compared(raw, since, engine)
    condition = nodes.any_of((nodes.is_null(moment), exp.GTE(this=moment.copy(), expression=bound)))
    where = nodes.render(condition, engine)
    return replace(relation, source=f"SELECT * FROM (\n{relation.source}\n) AS source WHERE {where}")


def _compared(raw: RawColumn, since: Instant, engine: Engine) -> tuple[SqlExpression, SqlExpression]:
    """What says when a row has changed, and the first moment, in the same type."""
    column = SqlContext(engine, since).stored(raw.name)
    match raw.stored:
        case Stored.DATE:
            return column, nodes.cast(nodes.text(_day(since)), "DATE")
        case Stored.TIMESTAMP if engine != "spark":
            return column, nodes.cast(nodes.text(_text(since)), "TIMESTAMP")
        case Stored.TIMESTAMP | Stored.TIMESTAMP_WITH_ZONE:
            return column, nodes.cast(nodes.text(_text(since) + _UTC), "TIMESTAMPTZ")
        case _:
            gated = normalised(column, raw.stored, FeatureType.TIMESTAMP, engine)
            return gated, nodes.integer(since)


def _text(since: Instant) -> str:
    return iso(Instant(max(since, TIMESTAMP_MIN))).removesuffix(_UTC)


def _day(since: Instant) -> str:
    """The first day whose midnight is not before a moment."""
    days = min(-(-since // DAY_US), TIMESTAMP_MAX // DAY_US)
    return _text(Instant(days * DAY_US)).partition("T")[0]
