"""Rows of one source, those that are asked for at the same time in one query."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from tessella.domain.audiences.reading import SourceReading
from tessella.domain.errors import ColumnsChanged, TessellaError
from tessella.domain.identifiers import FeatureName, SubjectId
from tessella.logs import get_logger
from tessella.ports.clock import present
from tessella.ports.customer_engine import CustomerEngine, ReadAs, read_as
from tessella.warehouse.feature_store.cache import KeptRow

#: Customers of one query, and those who may wait for one.
_AT_ONCE: Final = 1000
_MOST_WAITING: Final = 10_000
#: A source that has never answered may take longer: it has to be opened.
_FIRST_SECONDS: Final = 5.0
#: A source that has failed is left alone for so long.
_PAUSE_SECONDS: Final = 1.0

_LOG: Final = get_logger(__name__)

Rows = dict[SubjectId, KeptRow]


class Lookups:
    """One query at a time; who asks meanwhile is in the next one. What comes too late is kept all the same."""

    def __init__(
        self,
        reading: SourceReading,
        engine: Callable[[], Awaitable[CustomerEngine]],
        keep: Callable[[Mapping[SubjectId, KeptRow]], Awaitable[None]],
    ) -> None:
        self._reading = reading
        self._engine = engine
        self._keep = keep
        self._columns: Mapping[FeatureName, ReadAs] | None = None
        #: How often the columns were to be looked at again.
        self._looks = 0
        self._waiting: dict[SubjectId, asyncio.Future[KeptRow | None]] = {}
        self._asked: list[SubjectId] = []
        self._task: asyncio.Task[None] | None = None
        self._has_answered = False
        #: The monotonic times when the present query began, and before which none begins.
        self._began_at = 0.0
        self._pause_until = 0.0

    async def read(self, subject_ids: Sequence[SubjectId], seconds: float) -> Rows:
        """The rows that come within so many seconds a query. A source that is slow or away costs nobody more, once."""
        patience = self._patience(seconds * -(-len(subject_ids) // _AT_ONCE))
        waiting = {each: future for each in subject_ids if (future := self._ask(each)) is not None}
        if waiting and patience > 0:
            await asyncio.wait(waiting.values(), timeout=patience)
        done = {each: future.result() for each, future in waiting.items() if future.done()}
        return {subject_id: row for subject_id, row in done.items() if row is not None}

    def look_again(self) -> None:
        """Read the columns anew before the next query; the present one goes on with those that it has."""
        self._columns, self._looks = None, self._looks + 1

    async def close(self) -> None:
        """Ask no more. Who waits is given nothing."""
        self._asked.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _patience(self, seconds: float) -> float:
        if not self._has_answered:
            return max(seconds, _FIRST_SECONDS)
        is_late = bool(self._waiting) and time.monotonic() - self._began_at > seconds
        return 0.0 if is_late else seconds

    def _ask(self, subject_id: SubjectId) -> asyncio.Future[KeptRow | None] | None:
        """The row to come; None while the source is left alone, or too many wait for it."""
        if (asked := self._waiting.get(subject_id)) is not None:
            return asked
        if len(self._waiting) >= _MOST_WAITING or time.monotonic() < self._pause_until:
            return None
        self._waiting[subject_id] = future = asyncio.get_running_loop().create_future()
        self._asked.append(subject_id)
        if self._task is None or self._task.done():
            self._began_at = time.monotonic()
            self._task = asyncio.create_task(self._answer_all(), name="customer-rows")
        return future

    async def _answer_all(self) -> None:
        while self._asked:
            batch, self._asked = self._asked[:_AT_ONCE], self._asked[_AT_ONCE:]
            rows: Rows = {}
            self._began_at = time.monotonic()
            try:
                rows = await self._read(batch)
                await self._keep(rows)
            except TessellaError as error:
                self._failed(error)
            finally:
                self._tell(batch, rows)

    def _failed(self, error: TessellaError) -> None:
        """The columns may have changed: they are looked at again."""
        self._columns, self._pause_until = None, time.monotonic() + _PAUSE_SECONDS
        _LOG.warning("customer_rows_not_read", source=self._reading.source.source_id, reason=error.message)

    def _tell(self, batch: Iterable[SubjectId], rows: Rows) -> None:
        self._has_answered = True
        for subject_id in batch:
            future = self._waiting.pop(subject_id)
            if not future.done():
                future.set_result(rows.get(subject_id))

    async def _read(self, batch: Sequence[SubjectId]) -> Rows:
        as_of = present()
        engine = await self._engine()
        columns = await self._look(engine) if self._columns is None else self._columns
        try:
            found = await engine.rows(batch, columns)
        except ColumnsChanged:
            columns = await self._look(engine)
            found = await engine.rows(batch, columns)
        whole = len(columns) == len(self._reading.features)
        return {each: KeptRow(dict(found.get(each, {})), as_of, whole) for each in batch}

    async def _look(self, engine: CustomerEngine) -> Mapping[FeatureName, ReadAs]:
        """The columns as they are; not kept if they are to be looked at again since."""
        looks = self._looks
        columns = read_as(self._reading, await engine.columns())
        if looks == self._looks:
            self._columns = columns
        return columns
