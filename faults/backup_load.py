"""Clients that ask and send without pause while something else is going on."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from faults.connection import Connection, Lost

_CLIENTS: Final = 16
_SUBJECTS: Final = 2_469
_BEGUN: Final = "2018-01-01T12:00:00Z"


class Traffic:
    """Half of the clients decide, half send events, from the first answer until the block ends."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key
        self._numbers = itertools.count()
        self._begun, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._send_all()))
        self.answered = 0
        #: Answered with an error, or not answered.
        self.failed = 0

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
        asked = (self._decision, self._event) * (_CLIENTS // 2)
        await asyncio.gather(*map(self._send, asked))

    async def _send(self, ask: Callable[[], tuple[str, bytes]]) -> None:
        connection = Connection(self._port, self._key)
        while not self._ended.is_set():
            path, body = ask()
            try:
                answer = await connection.request("POST", path, body)
            except Lost:
                self.failed += 1
            else:
                self.failed += answer.status >= 400
                self.answered += 1
            self._begun.set()
        connection.close()

    def _decision(self) -> tuple[str, bytes]:
        subject = str(next(self._numbers) % _SUBJECTS + 1)
        return "/api/v1/decide", json.dumps({"subject_id": subject, "at": _BEGUN}).encode()

    def _event(self) -> tuple[str, bytes]:
        number = next(self._numbers)
        event = {
            "event_id": f"load-{number}", "subject_id": str(number % _SUBJECTS + 1), "event_type": "view",
            "occurred_at": _BEGUN,
        }  # fmt: skip
        return "/api/v1/events", json.dumps({"events": [event]}).encode()
