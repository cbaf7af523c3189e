"""What sessions need of experiments."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.settings import Settings
from tessella.storage.connections.database import Database
from tessella.storage.experiments.memory.cached import Assignments
from tessella.storage.experiments.memory.following import Following
from tessella.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class ExperimentStore:
    """Assignments that are remembered, and what keeps policies and clusters in memory."""

    assignments: Assignments
    following: Following


def experiment_store(database: Database, settings: Settings, vault: Vault) -> ExperimentStore:
    """As large as the settings want it."""
    return ExperimentStore(Assignments(capacity=settings.cached_assignments), Following(database, vault))
