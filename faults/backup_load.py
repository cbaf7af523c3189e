"""Clients that ask and send without pause while something else is going on."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Final, Self

from faults.connection import Connection, Lost

_CLIENTS: Final = 16
#: Between a client's answer and its next request: busy, and not at the limit.
_PAUSE_SECONDS: Final = 0.02
_SUBJECTS: Final = 2_469
_AT: Final = "2018-01-01T12:00:00Z"


class Traffic:
    """Half of the clients decide, half send events, from the first answer until the block ends."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key
        self._numbers = itertools.count()
        self._begun, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._send_all()))
        self.asked = 0
        #: Answered with an error, or not answered.
        self.failed = 0
        #: Ids of events that are stored.
        self.acknowledged: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self._begun.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    async def _send_all(self) -> None:
        asked = (self._decide, self._send_event) * (_CLIENTS // 2)
        await asyncio.gather(*map(self._repeat, asked))

    async def _repeat(self, ask: Callable[[Connection], Awaitable[bool]]) -> None:
        connection = Connection(self._port, self._key)
        while not self._ended.is_set():
            try:
                self.failed += not await ask(connection)
            except Lost:
                self.failed += 1
            self.asked += 1
            self._begun.set()
            await asyncio.sleep(_PAUSE_SECONDS)
        connection.close()

    async def _decide(self, connection: Connection) -> bool:
        subject = str(next(self._numbers) % _SUBJECTS + 1)
        asked = json.dumps({"subject_id": subject, "at": _AT}).encode()
        return (await connection.request("POST", "/api/v1/decide", asked)).status == 200

    async def _send_event(self, connection: Connection) -> bool:
        number = next(self._numbers)
        event = {"event_id": f"load-{number}", "subject_id": str(number % _SUBJECTS + 1), "event_type": "view"}
        sent = json.dumps({"events": [event | {"occurred_at": _AT}]}).encode()
        is_stored = (await connection.request("POST", "/api/v1/events", sent)).status == 202
        if is_stored:
            self.acknowledged.append(str(event["event_id"]))
        return is_stored
