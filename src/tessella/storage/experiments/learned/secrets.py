"""What nobody but the server reads of an experiment: sealed, in a table that its own role alone sees rows of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tessella.domain.identifiers import ExperimentId, Namespace
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import SET_SCOPE, system
from tessella.storage.vault import Vault

_THIS: Final = "namespace = %(namespace)s AND experiment_id = %(experiment_id)s"
_KEEP: Final = """
INSERT INTO tessella.experiment_secrets (namespace, experiment_id, place, sealed)
SELECT %(namespace)s, %(experiment_id)s, place, sealed
  FROM unnest(%(places)s::text[], %(sealed)s::bytea[]) AS sent (place, sealed)
ON CONFLICT (namespace, experiment_id, place) DO UPDATE SET sealed = excluded.sealed
"""
_FORGET: Final = f"DELETE FROM tessella.experiment_secrets WHERE {_THIS} AND starts_with(place, %(kind)s)"
_OPEN: Final = f"SELECT place, sealed FROM tessella.experiment_secrets WHERE {_THIS} AND starts_with(place, %(kind)s)"
_OPEN_ONE: Final = f"SELECT sealed FROM tessella.experiment_secrets WHERE {_THIS} AND place = %(place)s"
_SEALED_BEFORE: Final = """
SELECT experiment_id, place, sealed FROM tessella.experiment_secrets
 WHERE namespace = %s AND substring(sealed FOR length(%s)) <> %s LIMIT 10000
"""
_SEAL_AGAIN: Final = """
UPDATE tessella.experiment_secrets SET sealed = %s
 WHERE namespace = %s AND experiment_id = %s AND place = %s AND sealed = %s
"""

#: Kinds of secrets, and what is named after each.
POLICY: Final = "policy "
VARIANT: Final = "variant "
CLUSTERS: Final = "clusters "


async def keep(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, texts: Mapping[str, str], vault: Vault
) -> None:
    """Store secrets by their places, in place of any before. The transaction is the server's own from here on."""
    await connection.execute(SET_SCOPE, system(namespace).parameters())
    sealed = [vault.seal(text, _sealed_to(namespace, experiment_id, place)) for place, text in texts.items()]
    sent = {"namespace": namespace, "experiment_id": experiment_id, "places": list(texts), "sealed": sealed}
    await connection.execute(_KEEP, sent)


async def forget(connection: Connection, namespace: Namespace, experiment_id: ExperimentId, kind: str) -> None:
    """Take all secrets of a kind away. The transaction is the server's own from here on."""
    await connection.execute(SET_SCOPE, system(namespace).parameters())
    await connection.execute(_FORGET, {"namespace": namespace, "experiment_id": experiment_id, "kind": kind})


async def opened(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, kind: str, vault: Vault
) -> dict[str, str]:
    """The secrets of a kind by what follows it in their place. The transaction is the server's own from here on.

    Raises `SecretUnreadable` where a key is missing.
    """
    await connection.execute(SET_SCOPE, system(namespace).parameters())
    asked = {"namespace": namespace, "experiment_id": experiment_id, "kind": kind}
    found = await (await connection.execute(_OPEN, asked)).fetchall()
    return {
        place.removeprefix(kind): vault.open(sealed, _sealed_to(namespace, experiment_id, place))
        for place, sealed in found
    }


async def opened_one(
    connection: Connection, namespace: Namespace, experiment_id: ExperimentId, place: str, vault: Vault
) -> str | None:
    """One secret; None where there is none. As `opened` besides."""
    await connection.execute(SET_SCOPE, system(namespace).parameters())
    asked = {"namespace": namespace, "experiment_id": experiment_id, "place": place}
    found = await (await connection.execute(_OPEN_ONE, asked)).fetchone()
    return None if found is None else vault.open(found[0], _sealed_to(namespace, experiment_id, place))


async def seal_again(connection: Connection, namespace: Namespace, vault: Vault) -> None:
    """Seal those with the present key that were sealed with one before; in a transaction of the server's own."""
    found = await connection.execute(_SEALED_BEFORE, [namespace, vault.current, vault.current])
    for experiment_id, place, sealed in await found.fetchall():
        if (renewed := vault.sealed_again(sealed, _sealed_to(namespace, experiment_id, place))) is not None:
            await connection.execute(_SEAL_AGAIN, [renewed, namespace, experiment_id, place, sealed])


def _sealed_to(namespace: Namespace, experiment_id: str, place: str) -> str:
    return f"{namespace} experiment_secrets {experiment_id} {place}"
