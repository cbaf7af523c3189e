"""Serves the active version of each model: a newer one is loaded beside it, and one reference is swapped."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Namespace
from tessella.logs import get_logger
from tessella.ports.models import LoadedModel, ModelFiles
from tessella.storage.connections.database import Database
from tessella.storage.models import rows
from tessella.storage.models.files import ModelFolder
from tessella.storage.models.loaded import ActiveModel, LoadedModels, Served
from tessella.storage.scope import system

_LOG: Final = get_logger(__name__)


class ServedModels:
    """Loads models when they are asked for."""

    def __init__(self, database: Database, folder: ModelFolder, files: ModelFiles) -> None:
        self._database = database
        self._folder = folder
        self._files = files

    async def model(self, namespace: Namespace, loaded: LoadedModels, model_id: str) -> LoadedModel | None:
        """The active version; the placeholder where there is none. Suspends only when another is in memory, or none.

        A version that cannot be loaded leaves the one before in place. Raises what is wrong where there is none.
        """
        served = loaded.served.get(model_id)
        if served is None or loaded.active is None or not _is_settled(served, loaded.active.get(model_id)):
            async with loaded.lock:
                served = await self._settled(namespace, loaded, model_id)
        if served.model is None and served.failure is not None:
            raise served.failure
        return served.model

    async def _settled(self, namespace: Namespace, loaded: LoadedModels, model_id: str) -> Served:
        served = loaded.served.setdefault(model_id, Served())
        while loaded.active is None:
            asked_at = time.monotonic()
            async with self._database.loading(system(namespace)) as connection:
                loaded.take_in(await rows.active_models(connection, namespace), asked_at)
        wanted = loaded.active.get(model_id)
        if not _is_settled(served, wanted):
            await self._replace(namespace, served, model_id, wanted)
        return served

    async def _replace(self, namespace: Namespace, served: Served, model_id: str, wanted: ActiveModel | None) -> None:
        served.tried, served.tried_at = wanted, time.monotonic()
        try:
            served.model = await asyncio.to_thread(self._load, namespace, model_id, wanted)
        except TessellaError as failure:
            served.failure = failure
            _LOG.error("model_not_loaded", namespace=namespace, model=model_id, reason=failure.message)
        else:
            served.active, served.failure = wanted, None

    def _load(self, namespace: Namespace, model_id: str, wanted: ActiveModel | None) -> LoadedModel | None:
        if wanted is None:
            return self._folder.placeholder(model_id, self._files)
        return self._folder.load(namespace, model_id, wanted.version, wanted.sha256, self._files)


def _is_settled(served: Served, wanted: ActiveModel | None) -> bool:
    return served.is_settled(wanted, time.monotonic())
