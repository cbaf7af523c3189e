"""What a refresh leaves: policies, figures of segments and variants, and the report, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.identifiers import ExperimentId, Instant, Namespace
from tessella.ports.experiments import Refreshed, SegmentFigures, StoredReport, VariantState
from tessella.storage.connections.connecting import Connection
from tessella.storage.experiments.learned import policies, secrets
from tessella.storage.times import micros, timestamptz
from tessella.storage.vault import Vault

#: Held by a transaction beside those of the refresh. What a connection holds goes some time after that has closed.
_TAKE_TURN: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
_THIS: Final = "namespace = %(namespace)s AND experiment_id = %(experiment_id)s"
_AT: Final = timestamptz("%(at)s::bigint")
_REPORT: Final = f"SELECT experiment_id, {micros('made_at')}, policy_version, units"
_ONE_REPORT: Final = f"{_REPORT}, body FROM tessella.experiment_reports WHERE namespace = %s AND experiment_id = %s"
_REPORTS: Final = f"{_REPORT}, NULL FROM tessella.experiment_reports WHERE namespace = %s ORDER BY experiment_id"
_STORE_REPORT: Final = f"""
INSERT INTO tessella.experiment_reports (namespace, experiment_id, made_at, policy_version, units, body)
VALUES (%(namespace)s, %(experiment_id)s, {_AT}, %(version)s, %(units)s, %(body)s)
ON CONFLICT (namespace, experiment_id) DO UPDATE
   SET made_at = excluded.made_at, policy_version = excluded.policy_version, units = excluded.units,
       body = excluded.body
"""
_FORGET_SEGMENTS: Final = f"DELETE FROM tessella.experiment_segments WHERE {_THIS}"
_ADD_SEGMENTS: Final = f"""
INSERT INTO tessella.experiment_segments
       (namespace, experiment_id, segment_key, display_name, allocations, conversions, conversion_rate, updated_at)
SELECT %(namespace)s, %(experiment_id)s, segment_key, display_name, allocations, conversions, conversion_rate, {_AT}
  FROM json_to_recordset(%(rows)s::json) AS sent (
       segment_key text, display_name text, allocations bigint, conversions bigint, conversion_rate double precision)
"""
_SEGMENTS: Final = """
SELECT segment_key, display_name, allocations, conversions, conversion_rate FROM tessella.experiment_segments
 WHERE namespace = %s AND experiment_id = %s ORDER BY segment_key
"""
_FORGET_VARIANTS: Final = f"DELETE FROM tessella.experiment_variants WHERE {_THIS}"
_ADD_VARIANTS: Final = f"""
INSERT INTO tessella.experiment_variants
       (namespace, experiment_id, segment_key, variant_id, allocations, conversions, updated_at)
SELECT %(namespace)s, %(experiment_id)s, segment_key, variant_id, allocations, conversions, {_AT}
  FROM json_to_recordset(%(rows)s::json) AS sent (
       segment_key text, variant_id text, allocations bigint, conversions bigint)
"""


async def take_turn(connection: Connection, namespace: Namespace, experiment_id: ExperimentId) -> bool:
    """The turn to refresh an experiment, until the transaction ends; False where another one has it."""
    row = await (await connection.execute(_TAKE_TURN, [f"tessella refresh {namespace} {experiment_id}"])).fetchone()
    return row == (True,)


async def store(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, refreshed: Refreshed, vault: Vault
) -> None:
    """Store what a refresh found, in an open transaction. Raises `PolicyPublished`."""
    report, policy = refreshed.report, refreshed.policy
    told = {"namespace": namespace, "experiment_id": experiment_id, "at": report.made_at}
    if policy is not None:
        await policies.add(connection, namespace, experiment_id, policy)
    more = {"version": report.policy_version, "units": report.units, "body": Jsonb(report.body)}
    await connection.execute(_STORE_REPORT, told | more)
    await connection.execute(_FORGET_SEGMENTS, told)
    await connection.execute(_ADD_SEGMENTS, told | {"rows": _encoded(refreshed.segments)})
    await connection.execute(_FORGET_VARIANTS, told)
    await connection.execute(_ADD_VARIANTS, told | {"rows": _encoded(refreshed.states)})
    await secrets.forget(connection, namespace, experiment_id, secrets.VARIANT)
    await secrets.keep(connection, namespace, experiment_id, _secrets(refreshed), vault)


async def report_of(connection: Connection, namespace: Namespace, experiment_id: ExperimentId) -> StoredReport | None:
    """The last report."""
    found = await (await connection.execute(_ONE_REPORT, [namespace, experiment_id])).fetchone()
    return None if found is None else _stored(found)


async def reports(connection: Connection, namespace: Namespace) -> list[StoredReport]:
    """The last report of each experiment, without its body."""
    return [_stored(row) for row in await (await connection.execute(_REPORTS, [namespace])).fetchall()]


async def segment_figures(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId
) -> list[SegmentFigures]:
    """The segments as of the last refresh."""
    found = await connection.execute(_SEGMENTS, [namespace, experiment_id])
    return [SegmentFigures(*row) for row in await found.fetchall()]


def _encoded(rows: Sequence[SegmentFigures] | Sequence[VariantState]) -> str:
    return msgspec.json.encode(rows).decode()


def _secrets(refreshed: Refreshed) -> dict[str, str]:
    sealed = {
        f"{secrets.VARIANT}{each.variant_id} {each.segment_key}": msgspec.json.encode(each.state).decode()
        for each in refreshed.states
    }
    return sealed if refreshed.policy is None else sealed | dict([policies.secret_of(refreshed.policy)])


def _stored(row: Sequence[Any]) -> StoredReport:
    experiment_id, made_at, version, units, body = row
    return StoredReport(experiment_id, Instant(made_at), version, units, body)
