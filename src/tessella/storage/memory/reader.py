"""Reads subjects that are not in memory: all that are asked for at the same time in one round trip."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

import psycopg

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import SubjectId
from tessella.storage.connections.database import Database
from tessella.storage.connections.link import Link
from tessella.storage.facts import read_consent, read_facts, send_for_subjects
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.memory.subjects import KnownSubject, Subjects
from tessella.storage.scope import SET_SCOPE, system

#: So many subjects at once keep the event loop for a few milliseconds only.
_BATCH: Final = 256
_SECONDS: Final = 1.0
#: A link that broke sooner than this was broken before: a new one may well work.
_BROKEN_BEFORE_SECONDS: Final = 0.2

_Asked = tuple[LoadedNamespace, SubjectId]


class SubjectReader:
    """Answers from memory, from the database, or, while that is away, with what is left in memory."""

    def __init__(self, database: Database, subjects: Subjects) -> None:
        self.subjects = subjects
        self._database = database
        self._link = Link(database.dsn)
        self._asked: dict[_Asked, asyncio.Future[KnownSubject]] = {}
        self._task: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Close the connection. What is being asked for is answered first."""
        if self._task is not None:
            await self._task
        await self._link.drop()

    async def get(self, loaded: LoadedNamespace, subject_id: SubjectId) -> KnownSubject:
        """One subject. Never raises for a database that is away: the facts say `stale` then."""
        if not self._database.is_up:
            return self.subjects.stale(loaded, subject_id)
        return self.subjects.fresh(loaded, subject_id) or await self._ask(loaded, subject_id)

    async def get_many(self, loaded: LoadedNamespace, subject_ids: Iterable[SubjectId]) -> list[KnownSubject]:
        """Many subjects, in the order asked."""
        return await asyncio.gather(*(self.get(loaded, each) for each in subject_ids))

    async def _ask(self, loaded: LoadedNamespace, subject_id: SubjectId) -> KnownSubject:
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
            batch = {key: self._asked.pop(key) for key in list(self._asked)[:_BATCH]}
            try:
                known = await self._known(list(batch))
            except Exception as error:  # noqa: BLE001 - those who wait must learn of it, whatever it is
                for waiting in batch.values():
                    waiting.set_exception(error)
                continue
            for waiting, each in zip(batch.values(), known, strict=True):
                waiting.set_result(each)

    async def _known(self, batch: Sequence[_Asked]) -> list[KnownSubject]:
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
            return [self.subjects.stale(loaded, subject_id) for loaded, subject_id in batch]

    async def _read(self, batch: Sequence[_Asked]) -> list[KnownSubject]:
        if not self._database.is_up:
            raise psycopg.OperationalError("the database is away")
        groups = [(loaded, [each for _, each in asked]) for loaded, asked in groupby(batch, key=lambda asked: asked[0])]
        clocks = [loaded.clock for loaded, _ in groups]
        ends = time.monotonic() + _SECONDS
        connection = await self._link.connection(_SECONDS)
        with self._database.presence.guarded(connection, ends - time.monotonic()):
            async with connection.pipeline(), connection.transaction():
                cursors = [await _send(connection, loaded, asked) for loaded, asked in groups]
        known: list[KnownSubject] = []
        for (loaded, asked), clock, cursor in zip(groups, clocks, cursors, strict=True):
            rows = {row[0]: row for row in await cursor.fetchall()}
            known += [self._remember(loaded, each, rows[each], clock) for each in asked]
        return known

    def _remember(self, loaded: LoadedNamespace, subject_id: SubjectId, row: Any, clock: int) -> KnownSubject:
        _, enabled, sharing, written = row
        schema = loaded.current().schema
        facts = read_facts(schema, written)
        known = KnownSubject(read_consent(enabled, sharing), facts, schema, loaded.trust)
        if clock == loaded.clock:  # else something changed while it was read: use it once
            self.subjects.keep(loaded, subject_id, known)
        return known


def _refuse_unstorable(subject_id: SubjectId) -> None:
    if normalise(subject_id, FeatureType.STRING) is None:
        raise WrongShape("/subject_id", "A subject's id is text without NUL and lone surrogates.")


async def _send(connection: psycopg.AsyncConnection[Any], loaded: LoadedNamespace, asked: list[SubjectId]) -> Any:
    await connection.execute(SET_SCOPE, system(loaded.namespace).parameters())
    return await send_for_subjects(connection, loaded.namespace, asked)
