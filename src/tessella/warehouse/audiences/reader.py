"""The one DuckDB of a server's process that answers questions about audiences."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from tessella.domain.errors import AudienceBusy, AudienceTooWide, AudienceUnread, QueryFailed, TessellaError
from tessella.logs import get_logger
from tessella.ports.audience_reading import Row
from tessella.settings import Settings
from tessella.warehouse.duckdb import DuckDBWorker

_LOG: Final = get_logger(__name__)
#: A worker that nobody asks for so long is ended: it holds memory.
IDLE_SECONDS: Final = 120.0
#: How far it stands back behind the process that decides.
NICENESS: Final = 10


class AudienceReader:
    """A worker of one thread that starts with the first question, and questions that wait their turn.

    A question that waits is dropped when its asker goes away; one that is being answered ends by its timeout at last.
    """

    def __init__(self, settings: Settings, idle_seconds: float = IDLE_SECONDS) -> None:
        self._worker = DuckDBWorker(
            settings.audience_memory, threads=1, timeout_seconds=settings.audience_seconds, niceness=NICENESS
        )
        self._memory = settings.audience_memory
        self._most_waiting = settings.audience_queue
        self._idle_seconds = idle_seconds
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="audiences")
        self._open = 0
        self._is_closed = False
        self._rest: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is none."""
        return self._worker.pid

    async def rows(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        """See `ports.audience_reading`."""
        if self._open > self._most_waiting:
            raise AudienceBusy(self._most_waiting)
        loop = asyncio.get_running_loop()
        asked = loop.run_in_executor(self._asking, self._ask, sql, dict(parameters))
        self._open += 1
        asked.add_done_callback(lambda _: self._answered(loop))
        try:
            return await asked
        except QueryFailed as error:
            raise self._told(error) from None

    async def close(self) -> None:
        """End the worker, in the middle of a question if need be."""
        self._is_closed = True
        await asyncio.to_thread(self._end)
        if self._rest is not None:
            self._rest.cancel()

    def _end(self) -> None:
        self._asking.shutdown(wait=False, cancel_futures=True)
        self._worker.close()
        self._asking.shutdown()

    def _ask(self, sql: str, parameters: dict[str, Any]) -> list[Row]:
        self._worker.renew()
        return list(self._worker.query(sql, parameters))

    def _told(self, error: QueryFailed) -> TessellaError:
        """What a client is told: DuckDB's own words quote paths and statements."""
        if "Out of Memory" in error.problem:
            return AudienceTooWide(self._memory)
        _LOG.warning("audience_not_read", reason=error.problem)
        return AudienceUnread()

    def _answered(self, loop: asyncio.AbstractEventLoop) -> None:
        self._open -= 1
        if self._rest is not None:
            self._rest.cancel()
        self._rest = loop.call_later(self._idle_seconds, self._end_if_idle)

    def _end_if_idle(self) -> None:
        if not self._open and not self._is_closed:
            self._asking.submit(self._worker.rest)
