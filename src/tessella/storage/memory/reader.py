"""Reads subjects that are not in memory: all that are asked for at the same time in one round trip."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final, Generic, Protocol, TypeVar

import psycopg

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import SubjectId
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.connections.link import Link
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.scope import SET_SCOPE, system

Known = TypeVar("Known")

_SECONDS: Final = 1.0
#: A link that broke sooner than this was broken before: a new one may well work.
_BROKEN_BEFORE_SECONDS: Final = 0.2

_Asked = tuple[LoadedNamespace, SubjectId]


class Memory(Protocol[Known]):
    """What the process remembers of subjects, of one kind."""

    def fresh(self, loaded: LoadedNamespace, subject_id: SubjectId) -> Known | None:
        """What is known, if nothing has changed since it was read."""
        ...

    def stale(self, loaded: LoadedNamespace, subject_id: SubjectId) -> Known:
        """What is left while the database is away."""
        ...

    async def send(self, connection: Connection, loaded: LoadedNamespace, subject_ids: Sequence[SubjectId]) -> Any:
        """Ask the database, in a pipeline; the cursor has a row for each subject, with the id first."""
        ...

    def read(self, loaded: LoadedNamespace, row: Sequence[Any]) -> Known:
        """What one of these rows says."""
        ...

    def keep(self, loaded: LoadedNamespace, subject_id: SubjectId, known: Known) -> None:
        """Remember it."""
        ...


class SubjectReader(Generic[Known]):
    """Answers from memory, from the database, or, while that is away, with what is left in memory."""

    def __init__(self, database: Database, memory: Memory[Known], *, at_once: int) -> None:
        """`at_once` subjects are read together: as many as keep the event loop for a few milliseconds only."""
        self._at_once = at_once
        self._memory = memory
        self._database = database
        self._link = Link(database.dsn)
        self._asked: dict[_Asked, asyncio.Future[Known]] = {}
        self._task: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Close the connection. What is being asked for is answered first."""
        if self._task is not None:
            await self._task
        await self._link.drop()

    async def get(self, loaded: LoadedNamespace, subject_id: SubjectId) -> Known:
        """One subject. Never raises for a database that is away: what is known says `stale` then."""
        if not self._database.is_up:
            return self._memory.stale(loaded, subject_id)
        return self._memory.fresh(loaded, subject_id) or await self._ask(loaded, subject_id)

    async def get_many(self, loaded: LoadedNamespace, subject_ids: Iterable[SubjectId]) -> list[Known]:
        """Many subjects, in the order asked."""
        return await asyncio.gather(*(self.get(loaded, each) for each in subject_ids))

    async def _ask(self, loaded: LoadedNamespace, subject_id: SubjectId) -> Known:
        loaded.current()
        _refuse_unstorable(subject_id)
        asked = self._asked.get((loaded, subject_id))
        if asked is None:
            asked = self._asked[loaded, subject_id] = asyncio.get_running_loop().create_future()
            if self._task is None or self._task.done():
                self._task = asyncio.create_task(self._answer_all(), name="subject-reader")
        return await asyncio.shield(asked)

    async def _answer_all(self) -> None:
        while self._asked:
            batch = {key: self._asked.pop(key) for key in list(self._asked)[: self._at_once]}
            try:
                known = await self._known(list(batch))
            except Exception as error:  # noqa: BLE001 - those who wait must learn of it, whatever it is
                for waiting in batch.values():
                    waiting.set_exception(error)
                continue
            for waiting, each in zip(batch.values(), known, strict=True):
                waiting.set_result(each)

    async def _known(self, batch: Sequence[_Asked]) -> list[Known]:
        began = time.monotonic()
        try:
            try:
                return await self._read(batch)
            except psycopg.OperationalError:
                await self._link.drop()
                if time.monotonic() - began > _BROKEN_BEFORE_SECONDS:
                    raise
                return await self._read(batch)
        except psycopg.OperationalError:
            await self._link.drop()
            self._database.presence.doubted.set()
            return [self._memory.stale(loaded, subject_id) for loaded, subject_id in batch]

    async def _read(self, batch: Sequence[_Asked]) -> list[Known]:
        if not self._database.is_up:
            raise psycopg.OperationalError("the database is away")
        groups = [(loaded, [each for _, each in asked]) for loaded, asked in groupby(batch, key=lambda asked: asked[0])]
        clocks = [loaded.clock for loaded, _ in groups]
        ends = time.monotonic() + _SECONDS
        connection = await self._link.connection(_SECONDS)
        with self._database.presence.guarded(connection, ends - time.monotonic()):
            # A pipeline is one transaction up to its end. BEGIN and COMMIT would be round trips of their own.
            async with connection.pipeline():
                cursors = [await self._send(connection, loaded, asked) for loaded, asked in groups]
        known: list[Known] = []
        for (loaded, asked), clock, cursor in zip(groups, clocks, cursors, strict=True):
            rows = {row[0]: row for row in await cursor.fetchall()}
            known += [self._remember(loaded, each, rows[each], clock) for each in asked]
        return known

    async def _send(self, connection: Connection, loaded: LoadedNamespace, asked: list[SubjectId]) -> Any:
        await connection.execute(SET_SCOPE, system(loaded.namespace).parameters())
        return await self._memory.send(connection, loaded, asked)

    def _remember(self, loaded: LoadedNamespace, subject_id: SubjectId, row: Sequence[Any], clock: int) -> Known:
        known = self._memory.read(loaded, row)
        if clock == loaded.clock:  # else something changed while it was read: use it once
            self._memory.keep(loaded, subject_id, known)
        return known


def _refuse_unstorable(subject_id: SubjectId) -> None:
    if normalise(subject_id, FeatureType.STRING) is None:
        raise WrongShape("/subject_id", "A subject's id is text without NUL and lone surrogates.")
