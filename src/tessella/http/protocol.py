"""HTTP on one connection: uvicorn's protocol with an end to patience.

uvicorn waits for ever for the rest of a request. `sweep` looks at all connections twice a second, so that a request
which comes whole pays nothing for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from uvicorn._types import HTTPScope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from tessella.domain.errors import TessellaError
from tessella.http.errors import HeadTooLarge, RequestStalled
from tessella.http.guards.headers import ALWAYS
from tessella.http.problems import MEDIA_TYPE, problem_of, status_of
from tessella.http.tracing import HEADER, new_id

SWEEPS_A_SECOND: Final = 2
#: Sweeps, rather than seconds: a server that was held up itself has not waited for anybody.
_PATIENCE_SWEEPS: Final = 5 * SWEEPS_A_SECOND
#: From when on an unfinished request counts for its peer. A crowd that has just connected is none.
_HALF_OPEN_SWEEPS: Final = 1 * SWEEPS_A_SECOND
#: Request line and header lines of one request.
MOST_HEAD_BYTES: Final = 32 * 1024
_END_OF_HEAD: Final = b"\r\n\r\n"


class Protocol(HttpToolsProtocol):
    """One connection."""

    #: The sweeps that have found the same unfinished request, without news in its body.
    unfinished_sweeps = 0
    _head_bytes = 0
    _seen: tuple[int, ...] = ()
    _seen_body: bytearray | None = None

    def data_received(self, data: bytes) -> None:
        """Take what came. A head that is too large is refused before more of it is kept."""
        if len(data) > MOST_HEAD_BYTES and self._waits_for_head() and _END_OF_HEAD not in data[:MOST_HEAD_BYTES]:
            self.refuse(HeadTooLarge(MOST_HEAD_BYTES))
            return
        super().data_received(data)
        if self._waits_for_head():
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                self.refuse(HeadTooLarge(MOST_HEAD_BYTES))
        elif self._head_bytes:
            self._head_bytes = 0

    def head(self) -> HTTPScope | None:
        """The request that has begun last; None before the first."""
        return self.scope

    def end_with_answer(self) -> None:
        """Close when what is being answered is answered. A connection without such a request stays open."""
        cycle = self._begun()
        if cycle is not None:
            cycle.keep_alive = False

    def look(self) -> None:
        """See whether the client still owes the rest of a request, and for how long."""
        owed, cycle = self._owed(), self._begun()
        self.unfinished_sweeps = self.unfinished_sweeps + 1 if owed and owed == self._seen else 0
        self._seen, self._seen_body = owed, None if cycle is None else cycle.body  # kept: no other one gets its id

    def give_up(self) -> None:
        """Wait no longer."""
        if self.head() is None:  # nothing was ever sent
            self.transport.close()
        else:
            self.refuse(RequestStalled(_PATIENCE_SWEEPS // SWEEPS_A_SECOND))

    def refuse(self, error: TessellaError) -> None:
        """Answer with the error where an answer is due, and close."""
        cycle = self._begun()
        if self._may_answer(cycle):
            self.transport.write(_answer(error))
        if cycle is not None and not cycle.response_complete:
            cycle.disconnected = True  # whoever reads the body waits no longer
            cycle.message_event.set()
        self.transport.close()

    def _may_answer(self, cycle: RequestResponseCycle | None) -> bool:
        if cycle is None or cycle.response_complete:
            return self._waits_for_head()
        return not cycle.response_started and not self._waits_for_head()

    def _owed(self) -> tuple[int, ...]:
        """What the client has to send: the same value as long as nothing comes; empty when it owes nothing."""
        if self.transport.is_closing() or self.timeout_keep_alive_task is not None:
            return ()
        cycle = self._begun()
        if cycle is None or self._waits_for_head():
            return (id(self.head()),)
        if cycle.response_complete:  # it was answered early, or sends what is no request
            return (id(cycle),)
        if not cycle.more_body or self.flow.read_paused or cycle.waiting_for_100_continue:
            return ()
        return (id(cycle), id(cycle.body), len(cycle.body))

    def _waits_for_head(self) -> bool:
        """Whether a request has not come as far as its body. A scope has its method when all headers are there."""
        head = self.head()
        return head is None or "method" not in head

    def _begun(self) -> RequestResponseCycle | None:
        """The request that was answered last, or is; None before the first."""
        return self.cycle


def sweep(connections: Iterable[Any], most_half_open: int) -> None:
    """Give up on requests that have not become whole in time, and on the oldest beyond `most_half_open` of one peer.

    With `most_half_open` 0 a peer may have any number.
    """
    half_open: defaultdict[str, list[Protocol]] = defaultdict(list)
    for each in list(connections):
        each.look()
        if each.unfinished_sweeps >= _PATIENCE_SWEEPS:
            each.give_up()
        elif each.unfinished_sweeps >= _HALF_OPEN_SWEEPS and each.client is not None:
            half_open[each.client[0]].append(each)
    for unfinished in half_open.values():
        _cut(unfinished, most_half_open)


def _cut(unfinished: list[Protocol], most: int) -> None:
    if 0 < most < len(unfinished):
        oldest = sorted(unfinished, key=lambda each: -each.unfinished_sweeps)
        for each in oldest[: len(unfinished) - most]:
            each.give_up()


def _answer(error: TessellaError) -> bytes:
    status = status_of(error)
    problem = msgspec.structs.replace(problem_of(error, status), request_id=new_id())
    body = msgspec.json.encode(problem)
    told = (b"content-type", MEDIA_TYPE.encode()), (b"content-length", b"%d" % len(body))
    lines = (*told, (HEADER, problem.request_id.encode()), *ALWAYS)
    head = b"".join(b"%s: %s\r\n" % line for line in lines)
    return STATUS_LINE[status] + head + b"connection: close\r\n\r\n" + body
