"""The sources that a process has open: each once, as it is declared at the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.identifiers import Namespace, SourceId
from tessella.ports.customer_engine import CustomerEngine, OpenEngine


class OpenSources:
    """Engines by namespace and source. One whose declaration has changed is left, and opened anew."""

    def __init__(self, open_engine: OpenEngine) -> None:
        self._open_engine = open_engine
        self._opened: dict[tuple[Namespace, SourceId], tuple[CustomerSource, CustomerEngine]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()

    async def get(self, namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        """The engine of a source. Raises `SourceError`s."""
        async with self._lock:
            declared, engine = self._opened.get((namespace, source.source_id), (None, None))
            if engine is None or declared != source:
                await self._leave((namespace, source.source_id))
                engine = await asyncio.to_thread(self._open_engine, namespace, source)
                self._opened[namespace, source.source_id] = source, engine
        return engine

    def follow(self, namespace: Namespace, sources: Mapping[SourceId, CustomerSource]) -> None:
        """Begin to leave those of a namespace that are not among these, or declared otherwise."""
        for name, (declared, engine) in list(self._opened.items()):
            if name[0] == namespace and sources.get(name[1]) != declared:
                del self._opened[name]
                leaving = asyncio.create_task(engine.close(), name="leave-source")
                self._leaving.add(leaving)
                leaving.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """Leave all of them."""
        await asyncio.gather(*self._leaving)
        async with self._lock:
            for name in list(self._opened):
                await self._leave(name)

    async def _leave(self, name: tuple[Namespace, SourceId]) -> None:
        if name in self._opened:
            _, engine = self._opened.pop(name)
            await engine.close()
