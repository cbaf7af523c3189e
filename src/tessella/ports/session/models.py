"""Versions of models: kept, chosen, and the active one in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tessella.domain.predictions.manifest import Manifest
from tessella.ports.models import LoadedModel, StoredModel


class Models(Protocol):
    """The models of a namespace. A model has the id of its prediction."""

    async def model(self, model_id: str) -> LoadedModel | None:
        """The active version in memory; where none is, the placeholder of that name; None where there is neither.

        Suspends only when it is not in memory. Raises `ModelUnusable` when no version could be loaded.
        """
        ...

    async def models(self) -> Sequence[StoredModel]:
        """Every version of every model, by id, the newest version first."""
        ...

    async def models_in_use(self) -> Sequence[StoredModel]:
        """The active version of each model, by id."""
        ...

    async def stored_model(self, model_id: str, version: int | None = None) -> StoredModel:
        """One version, the active one where none is named. Raises `NoSuch`."""
        ...

    async def add_model(self, manifest: Manifest, files: Mapping[str, bytes]) -> StoredModel:
        """Keep the next version of a model; the number in `manifest` does not count. It is not active yet.

        Its files are checked and loaded first. Raises `ModelFileRefused`, `ModelBeingAdded` and `ModelNotWritten`:
        nothing is kept then.
        """
        ...

    async def import_model(self, folder: Path, model_id: str) -> StoredModel:
        """The same for files of somebody else, first tried in a process of their own.

        Raises `ModelManifestRefused` besides.
        """
        ...

    async def activate_model(self, model_id: str, version: int) -> StoredModel:
        """Make a version the active one, once it could be loaded. Raises `NoSuch` and `ModelUnusable`."""
        ...

    async def model_before(self, model_id: str) -> StoredModel:
        """The version that was active before the one that is. Raises `NoSuch` and `NoModelBefore`."""
        ...

    async def roll_back_model(self, model_id: str) -> StoredModel:
        """Make the version active again that was so before. Raises `NoSuch`, `NoModelBefore` and `ModelUnusable`."""
        ...
