"""Versions of clusters: what may be shown of them in a table, and their models sealed beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from psycopg.types.json import Jsonb

from tessella.domain.errors import SecretUnreadable
from tessella.domain.identifiers import ExperimentId, Instant, Json, Namespace
from tessella.domain.typed import convert
from tessella.logs import get_logger
from tessella.ports.experiments import ClusterShown, ClustersState, StoredClusters
from tessella.storage.connections.connecting import Connection
from tessella.storage.experiments.learned import secrets
from tessella.storage.times import micros, timestamptz
from tessella.storage.vault import Vault

#: SQL for the version of the clusters that are active, by experiment of a namespace.
ACTIVE: Final = """(
    SELECT coalesce(jsonb_object_agg(experiment_id, version), '{}') FROM tessella.experiment_clusters
     WHERE namespace = %(namespace)s AND state = 'active')"""
_ROW: Final = f"""
SELECT experiment_id, version, state, {micros("trained_at")}, assignments, clusters FROM tessella.experiment_clusters
"""
_NEWEST: Final = f"{_ROW} WHERE namespace = %s AND experiment_id = %s ORDER BY version DESC LIMIT 1"
_ONE: Final = f"{_ROW} WHERE namespace = %s AND experiment_id = %s AND version = %s"
_KEEP_OTHER: Final = """
UPDATE tessella.experiment_clusters SET state = 'kept'
 WHERE namespace = %(namespace)s AND experiment_id = %(experiment_id)s AND state = 'active' AND version <> %(version)s
"""
_STORE: Final = f"""
INSERT INTO tessella.experiment_clusters
       (namespace, experiment_id, version, state, trained_at, assignments, clusters)
VALUES (%(namespace)s, %(experiment_id)s, %(version)s, %(state)s, {timestamptz("%(trained_at)s::bigint")},
        %(assignments)s, %(clusters)s)
ON CONFLICT (namespace, experiment_id, version) DO UPDATE
   SET state = excluded.state, trained_at = excluded.trained_at, assignments = excluded.assignments,
       clusters = excluded.clusters
"""
_LOG: Final = get_logger(__name__)


async def newest(connection: Connection, namespace: Namespace, experiment_id: ExperimentId) -> StoredClusters | None:
    """The last version, without its model."""
    found = await (await connection.execute(_NEWEST, [namespace, experiment_id])).fetchone()
    return None if found is None else _stored(found, None)


async def these(
    connection: Connection, namespace: Namespace, versions: Mapping[ExperimentId, int], vault: Vault
) -> dict[ExperimentId, StoredClusters]:
    """Versions by experiment, with their models; one whose key is missing has none, and the log tells so."""
    found = {}
    for experiment_id, version in versions.items():
        row = await (await connection.execute(_ONE, [namespace, experiment_id, version])).fetchone()
        if row is not None:
            model = await _model(connection, namespace, experiment_id, version, vault)
            found[experiment_id] = _stored(row, model)
    return found


async def store(connection: Connection, namespace: Namespace, clusters: StoredClusters, vault: Vault) -> None:
    """Store a version, in place of what is stored of it; an active one takes the place of the other."""
    told = {
        "namespace": namespace, "experiment_id": clusters.experiment_id, "version": clusters.version,
        "state": clusters.state, "trained_at": clusters.trained_at, "assignments": clusters.assignments,
        "clusters": Jsonb(msgspec.to_builtins(clusters.clusters)),
    }  # fmt: skip
    if clusters.state is ClustersState.ACTIVE:
        await connection.execute(_KEEP_OTHER, told)
    await connection.execute(_STORE, told)
    if clusters.model is not None:
        text = msgspec.json.encode(clusters.model).decode()
        sealed = {f"{secrets.CLUSTERS}{clusters.version}": text}
        await secrets.keep(connection, namespace, clusters.experiment_id, sealed, vault)


async def _model(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, version: int, vault: Vault
) -> Json | None:
    try:
        place = f"{secrets.CLUSTERS}{version}"
        text = await secrets.opened_one(connection, namespace, experiment_id, place, vault)
    except SecretUnreadable as error:
        _LOG.error("clusters_unreadable", namespace=namespace, experiment_id=experiment_id, reason=error.message)
        return None
    return None if text is None else msgspec.json.decode(text)


def _stored(row: Sequence[Any], model: Json | None) -> StoredClusters:
    experiment_id, version, state, trained_at, assignments, shown = row
    clusters = convert(shown, list[ClusterShown])
    return StoredClusters(
        experiment_id, version, ClustersState(state), Instant(trained_at), assignments, clusters, model
    )
