"""Keep versions of models, and choose the active one of each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tessella.domain.errors import ModelBeingAdded
from tessella.domain.identifiers import Namespace
from tessella.domain.predictions.manifest import Manifest
from tessella.domain.predictions.manifest_checks import check_manifest
from tessella.ports.models import ModelFiles, StoredModel
from tessella.storage.connections.database import Database
from tessella.storage.models import rows
from tessella.storage.models.errors import not_written
from tessella.storage.models.files import Check, ModelFolder
from tessella.storage.scope import Scope
from tessella.storage.versions.locks import lock

#: Who adds to a model holds a lock of this name and the model's.
KIND: Final = "model"


class ModelRegistry:
    """The models of all namespaces: rows in the database, files in the folder."""

    def __init__(self, database: Database, folder: ModelFolder, files: ModelFiles) -> None:
        self._database = database
        self._folder = folder
        self._files = files

    async def add(self, scope: Scope, manifest: Manifest, files: Mapping[str, bytes]) -> StoredModel:
        """See the port."""
        return await self._add(scope, manifest, files, self._files.load)

    async def bring(self, scope: Scope, folder: Path, model_id: str) -> StoredModel:
        """`import_model` of the port."""
        manifest, files = await asyncio.to_thread(self._files.read, folder)
        return await self._add(scope, msgspec.structs.replace(manifest, model_id=model_id), files, self._tried)

    async def activate(self, scope: Scope, model_id: str, version: int) -> StoredModel:
        """See the port."""
        await self._check(scope, model_id, version)
        async with self._database.administering(scope) as connection:
            return await rows.activate(connection, scope.namespace, model_id, version)

    async def roll_back(self, scope: Scope, model_id: str) -> StoredModel:
        """See the port."""
        async with self._database.administering(scope) as connection:
            version = await rows.before_active(connection, scope.namespace, model_id)
        await self._check(scope, model_id, version)
        async with self._database.administering(scope) as connection:
            return await rows.roll_back(connection, scope.namespace, model_id)

    async def _add(self, scope: Scope, manifest: Manifest, files: Mapping[str, bytes], check: Check) -> StoredModel:
        check_manifest(manifest)
        model_id, namespace = manifest.model_id, scope.namespace
        async with self._database.long_transaction(scope) as connection:
            if not await lock(connection, f"{KIND} {model_id}", namespace):
                raise ModelBeingAdded(model_id)
            kept = await rows.versions_of(connection, namespace, model_id)
            numbered = msgspec.structs.replace(manifest, version=max(kept, default=0) + 1)
            sha256 = await asyncio.to_thread(self._write, namespace, kept, numbered, files, check)
            await rows.add(connection, namespace, numbered, sha256)
            return await rows.one_model(connection, namespace, model_id, numbered.version)

    def _write(
        self,
        namespace: Namespace,
        kept: Sequence[int],
        manifest: Manifest,
        files: Mapping[str, bytes],
        check: Check,
    ) -> str:
        """The SHA-256 of the manifest; what an add left behind that was killed is taken away first."""
        try:
            self._folder.keep_only(namespace, manifest.model_id, kept)
            return self._folder.write(namespace, manifest, files, check)
        except OSError as error:
            raise not_written(error) from error

    async def _check(self, scope: Scope, model_id: str, version: int) -> None:
        """A version that cannot be loaded is never made the active one."""
        async with self._database.administering(scope) as connection:
            sha256 = await rows.sha256_of(connection, scope.namespace, model_id, version)
        await asyncio.to_thread(self._folder.load, scope.namespace, model_id, version, sha256, self._files)

    def _tried(self, folder: Path, manifest: Manifest) -> None:
        self._files.try_apart(folder, manifest)
        self._files.load(folder, manifest)
