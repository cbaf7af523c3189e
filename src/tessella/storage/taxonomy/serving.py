"""Serves the taxonomy in force of each game: a newer one is prepared beside it, and one reference is swapped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Namespace
from tessella.domain.taxonomy.game import Game
from tessella.logs import get_logger
from tessella.ports.taxonomy import PreparedTaxonomy
from tessella.storage.connections.database import Database
from tessella.storage.scope import system
from tessella.storage.taxonomy import versions
from tessella.storage.taxonomy.loaded import LoadedTaxonomies, Served

_LOG: Final = get_logger(__name__)


class ServedTaxonomies:
    """Prepares taxonomies when they are asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def taxonomy(self, namespace: Namespace, loaded: LoadedTaxonomies, game: Game) -> PreparedTaxonomy | None:
        """The one in force; None before the first. Suspends only when another is in memory, or none.

        A version that cannot be read leaves the one before in place. Raises what is wrong where there is none.
        """
        served, active = loaded.served.get(game.game_id), loaded.active
        if served is None or active is None or not _is_settled(served, game, active):
            async with loaded.lock:
                served = await self._settled(namespace, loaded, game)
        if served.prepared is None and served.failure is not None:
            raise served.failure
        return served.prepared

    async def _settled(self, namespace: Namespace, loaded: LoadedTaxonomies, game: Game) -> Served:
        served = loaded.served.setdefault(game.game_id, Served())
        while (active := loaded.active) is None:
            asked_at = time.monotonic()
            async with self._database.loading(system(namespace)) as connection:
                loaded.take_in(await versions.active(connection, namespace), asked_at)
        if not _is_settled(served, game, active):
            await self._replace(namespace, served, game)
        return served

    async def _replace(self, namespace: Namespace, served: Served, game: Game) -> None:
        async with self._database.loading(system(namespace)) as connection:
            row = await versions.written(connection, namespace, game.game_id, None)
        served.version, served.game, served.tried_at = 0 if row is None else row[1], game, time.monotonic()
        try:
            served.prepared = None if row is None else await asyncio.to_thread(_prepared, game, row)
        except TessellaError as failure:
            served.failure = failure
            _LOG.error("taxonomy_not_loaded", namespace=namespace, game_id=game.game_id, reason=failure.message)
        else:
            served.failure = None


def _prepared(game: Game, row: Sequence[Any]) -> PreparedTaxonomy:
    from tessella.domain.taxonomy.anomaly.norms import read_norms  # loads numpy
    from tessella.domain.taxonomy.anomaly.yardstick import Yardstick
    from tessella.domain.taxonomy.membership.space import Space

    taxonomy = versions.read(row, game.game_id, None).taxonomy
    yardstick = Yardstick.of(game, taxonomy, read_norms(msgspec.json.decode(row[-1])))
    return PreparedTaxonomy(game, taxonomy, Space.of(taxonomy), yardstick)


def _is_settled(served: Served, game: Game, active: Mapping[str, int]) -> bool:
    return served.is_settled(game, active.get(game.game_id, 0), time.monotonic())
