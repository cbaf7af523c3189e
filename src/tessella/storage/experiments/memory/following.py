"""Keeps policies and clusters in memory as the database has them."""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.storage.connections.database import Database
from tessella.storage.experiments.counted.levels import stored_levels
from tessella.storage.experiments.learned import clusters, policies
from tessella.storage.experiments.memory.loaded import LoadedExperiments, Told
from tessella.storage.scope import system
from tessella.storage.vault import Vault

#: SQL for the two parts of what is told of a namespace.
TOLD: Final = f"{policies.HOLDING}, {clusters.ACTIVE}"


class Following:
    """Reads what is not in memory."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def follow(self, namespace: Namespace, loaded: LoadedExperiments) -> None:
        """Read what holds and is active, and is not in memory. Raises `DatabaseAway`."""
        async with self._database.loading(system(namespace)) as connection:
            row = await (await connection.execute(f"SELECT {TOLD}", {"namespace": namespace})).fetchone()
            assert row is not None, "a SELECT without FROM gives a row"
            told = Told(*row)
            missing = loaded.missing(told)
            held = await policies.holding(connection, namespace, missing.policies)
            active = await clusters.these(connection, namespace, missing.clusters, self._vault)
            counted = await stored_levels(connection, namespace, loaded.to_look_through(missing))
        loaded.take_in(told, held, active)
        loaded.note_levels(counted)
