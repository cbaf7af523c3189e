"""How good rankings were: a row for each figure of an evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from tessella.domain.identifiers import Instant, Namespace
from tessella.ports.personalization import EvaluatedMetric, KeptCounts, OptOuts, Period
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros, timestamptz

#: An evaluation that is begun again after it was cut off stores the same figures once.
_ADD: Final = f"""
INSERT INTO tessella.personalization_eval
       (namespace, evaluated_at, period, scope, model_version, metric, value, sample_size)
VALUES (%(namespace)s, {timestamptz("%(evaluated_at)s::bigint")}, %(period)s, %(scope)s, %(model_version)s,
        %(metric)s, %(value)s, %(sample_size)s)
ON CONFLICT DO NOTHING
"""
_SINCE: Final = f"""
SELECT {micros("evaluated_at")}, period, scope, model_version, metric, value, sample_size
  FROM tessella.personalization_eval
 WHERE namespace = %(namespace)s AND evaluated_at > {timestamptz("%(moment)s::bigint")}
 ORDER BY evaluated_at DESC, period, scope, model_version, metric
"""

_OPT_OUTS: Final = """
SELECT count(*), count(*) FILTER (WHERE NOT personalization_enabled)
  FROM tessella.personalization_settings WHERE namespace = %s
"""

_VECTORS: Final = "SELECT count(*) FROM tessella.personalization_features WHERE namespace = %s"
#: Requirement D, second debug query.
_RANKINGS: Final = """
SELECT scope, count(*) FROM tessella.personalization_ranks
 WHERE namespace = %s AND valid_until > now()
 GROUP BY scope
"""
_COVERED: Final = """
SELECT scope, count(*) FROM tessella.personalization_ranks AS kept
  JOIN tessella.personalization_features AS known USING (namespace, user_id)
 WHERE namespace = %s AND valid_until > now() AND cardinality(ranked_items) > 0
 GROUP BY scope
"""


async def add(connection: Connection, namespace: Namespace, figures: Sequence[EvaluatedMetric]) -> None:
    """Store figures; those that are there already stay as they are."""
    async with connection.cursor() as cursor:
        await cursor.executemany(_ADD, [_row(namespace, each) for each in figures])


async def since(connection: Connection, namespace: Namespace, moment: Instant) -> list[EvaluatedMetric]:
    """Those of evaluations after a moment, the last first."""
    asked = {"namespace": namespace, "moment": moment}
    return [_read(row) for row in await (await connection.execute(_SINCE, asked)).fetchall()]


async def opt_outs(connection: Connection, namespace: Namespace) -> OptOuts:
    """How many have opted out."""
    [row] = await (await connection.execute(_OPT_OUTS, [namespace])).fetchall()
    return OptOuts(*row)


async def kept_counts(connection: Connection, namespace: Namespace) -> KeptCounts:
    """How many have vectors, and rankings that may be served now."""
    return await _counts(connection, namespace, _RANKINGS)


async def covered_counts(connection: Connection, namespace: Namespace) -> KeptCounts:
    """The same; only rankings that are not empty, of those who have a vector."""
    return await _counts(connection, namespace, _COVERED)


async def _counts(connection: Connection, namespace: Namespace, rankings: LiteralString) -> KeptCounts:
    [(subjects,)] = await (await connection.execute(_VECTORS, [namespace])).fetchall()
    found = await (await connection.execute(rankings, [namespace])).fetchall()
    return KeptCounts(subjects, dict(found))


def _row(namespace: Namespace, each: EvaluatedMetric) -> dict[str, Any]:
    return {
        "namespace": namespace, "evaluated_at": each.evaluated_at, "period": each.period, "scope": each.scope,
        "model_version": each.model_version, "metric": each.metric, "value": each.value,
        "sample_size": each.sample_size,
    }  # fmt: skip


def _read(row: Sequence[Any]) -> EvaluatedMetric:
    evaluated_at, period, *rest = row
    return EvaluatedMetric(evaluated_at, Period(period), *rest)
