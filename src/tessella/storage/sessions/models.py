"""Versions of models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tessella.domain.predictions.manifest import Manifest
from tessella.ports.models import LoadedModel, StoredModel
from tessella.storage.models import rows
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class ModelsPart(SessionBase):
    """`ports.session.Models` over memory, files and PostgreSQL."""

    __slots__ = ()

    async def model(self, model_id: str) -> LoadedModel | None:
        return await self._parts.models.served.model(self.caller.namespace, self._loaded.models, model_id)

    async def models(self) -> Sequence[StoredModel]:
        async with self._administering() as connection:
            return await rows.all_models(connection, self.caller.namespace)

    async def models_in_use(self) -> Sequence[StoredModel]:
        async with self._administering() as connection:
            return await rows.models_in_use(connection, self.caller.namespace)

    async def stored_model(self, model_id: str, version: int | None = None) -> StoredModel:
        async with self._administering() as connection:
            return await rows.one_model(connection, self.caller.namespace, model_id, version)

    async def add_model(self, manifest: Manifest, files: Mapping[str, bytes]) -> StoredModel:
        return await self._parts.models.registry.add(scope_of(self.caller), manifest, files)

    async def import_model(self, folder: Path, model_id: str) -> StoredModel:
        return await self._parts.models.registry.bring(scope_of(self.caller), folder, model_id)

    async def activate_model(self, model_id: str, version: int) -> StoredModel:
        activated = await self._parts.models.registry.activate(scope_of(self.caller), model_id, version)
        self._loaded.models.forget()
        return activated

    async def model_before(self, model_id: str) -> StoredModel:
        async with self._administering() as connection:
            version = await rows.before_active(connection, self.caller.namespace, model_id)
            return await rows.one_model(connection, self.caller.namespace, model_id, version)

    async def roll_back_model(self, model_id: str) -> StoredModel:
        activated = await self._parts.models.registry.roll_back(scope_of(self.caller), model_id)
        self._loaded.models.forget()
        return activated
