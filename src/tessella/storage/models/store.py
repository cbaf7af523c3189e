"""What sessions need of models."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.ports.models import ModelFiles
from tessella.settings import Settings
from tessella.storage.connections.database import Database
from tessella.storage.models.files import ModelFolder
from tessella.storage.models.registry import ModelRegistry
from tessella.storage.models.serving import ServedModels


@dataclass(frozen=True, slots=True)
class ModelStore:
    """The versions that are kept, and those that this process serves."""

    registry: ModelRegistry
    served: ServedModels


def model_store(database: Database, settings: Settings, files: ModelFiles) -> ModelStore:
    """Over the folder of the settings."""
    folder = ModelFolder(settings.models)
    return ModelStore(ModelRegistry(database, folder, files), ServedModels(database, folder, files))
