"""Policies in the database: weights that may be shown, and what was believed when they were published, sealed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import msgspec
import psycopg

from tessella.domain.errors import PolicyPublished
from tessella.domain.experiments.assignment.policy import Policy, Weights
from tessella.domain.experiments.tally import MetricSummary, PublishedPolicy
from tessella.domain.identifiers import ExperimentId, Namespace, VariantId
from tessella.domain.typed import decoder
from tessella.storage.connections.connecting import Connection
from tessella.storage.experiments.learned import secrets
from tessella.storage.times import micros, timestamptz
from tessella.storage.vault import Vault

#: SQL for the version of the policy that holds, by experiment of a namespace; those without one are not there.
HOLDING: Final = """(
    SELECT coalesce(jsonb_object_agg(experiment_id, policy_version), '{}') FROM tessella.experiment_reports
     WHERE namespace = %(namespace)s AND policy_version > 0)"""
_THESE: Final = """
SELECT experiment_id, policy.version, policy.weights::text
  FROM unnest(%(experiment_ids)s::text[], %(versions)s::bigint[]) AS asked (experiment_id, version)
  JOIN tessella.experiment_policies AS policy USING (experiment_id, version)
 WHERE namespace = %(namespace)s
"""
_ALL: Final = f"""
SELECT version, {micros("published_at")}, disabled, weights::text FROM tessella.experiment_policies
 WHERE namespace = %s AND experiment_id = %s ORDER BY version
"""
_ADD: Final = f"""
INSERT INTO tessella.experiment_policies (namespace, experiment_id, version, published_at, disabled, weights)
VALUES (%(namespace)s, %(experiment_id)s, %(version)s, {timestamptz("%(published_at)s::bigint")}, %(disabled)s,
        %(weights)s::jsonb)
RETURNING version
"""


class _Weights(msgspec.Struct, frozen=True):
    """A policy as it is stored: integers of `WHOLE` for each variant."""

    holdout: int
    uniform: list[int]
    segments: dict[str, list[int]]
    otherwise: list[int]


class _Believed(msgspec.Struct, frozen=True):
    """What is sealed of it."""

    means: dict[str, tuple[float, ...]]
    otherwise_means: tuple[float, ...]
    metrics: dict[str, MetricSummary]


_WEIGHTS: Final = decoder(_Weights)
_BELIEVED: Final = decoder(_Believed)


async def holding(
    connection: Connection, namespace: Namespace, versions: Mapping[ExperimentId, int]
) -> dict[ExperimentId, Policy]:
    """Policies by experiment, each of the version that is asked for."""
    asked = {"namespace": namespace, "experiment_ids": list(versions), "versions": list(versions.values())}
    found = await (await connection.execute(_THESE, asked)).fetchall()
    return {experiment_id: _policy(version, weights) for experiment_id, version, weights in found}


async def published(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, vault: Vault
) -> list[PublishedPolicy]:
    """All of an experiment, by version. Raises `SecretUnreadable`."""
    found = await (await connection.execute(_ALL, [namespace, experiment_id])).fetchall()
    believed = await secrets.opened(connection, namespace, experiment_id, secrets.POLICY, vault)
    return [
        PublishedPolicy(
            _policy(version, weights), at, frozenset(map(VariantId, disabled)),
            **msgspec.structs.asdict(_BELIEVED.decode(believed[str(version)])),
        )
        for version, at, disabled, weights in found
    ]  # fmt: skip


async def add(connection: Connection, namespace: Namespace, experiment_id: ExperimentId, new: PublishedPolicy) -> None:
    """Store what may be shown of a policy. Raises `PolicyPublished`."""
    written = _Weights(
        new.policy.holdout, _parts(new.policy.uniform),
        {key: _parts(each) for key, each in new.policy.segments.items()}, _parts(new.policy.otherwise),
    )  # fmt: skip
    told = {"namespace": namespace, "experiment_id": experiment_id, "version": new.policy.version}
    more = {"published_at": new.published_at, "disabled": sorted(new.disabled)}
    try:
        added = await connection.execute(_ADD, {**told, **more, "weights": msgspec.json.encode(written).decode()})
        await added.fetchone()
    except psycopg.errors.UniqueViolation:
        raise PolicyPublished(experiment_id, new.policy.version) from None


def secret_of(new: PublishedPolicy) -> tuple[str, str]:
    """The place and text of what is to be sealed of a policy."""
    believed = _Believed(dict(new.means), new.otherwise_means, dict(new.metrics))
    return f"{secrets.POLICY}{new.policy.version}", msgspec.json.encode(believed).decode()


def _policy(version: int, written: str) -> Policy:
    read = _WEIGHTS.decode(written)
    segments = {key: Weights.of(each) for key, each in read.segments.items()}
    return Policy(version, read.holdout, Weights.of(read.uniform), segments, Weights.of(read.otherwise))


def _parts(weights: Weights) -> list[int]:
    return [after - before for before, after in pairwise((0, *weights.running))]
