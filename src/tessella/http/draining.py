"""What a server still takes in between the signal to end and the end of its listening.

A request that was written before the signal may lie in the kernel, on a connection that is accepted or not yet. uvicorn
closes such connections unread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from uvicorn._types import HTTPScope

from tessella.http.protocol import Protocol

_ROUND_SECONDS: Final = 0.02
#: Rounds, rather than seconds: a server that was held up itself has not read what waits for it.
_QUIET_ROUNDS: Final = 5
_LONGEST_SECONDS: Final = 2.0

#: Each open connection, with the request that began last on it.
Begun = Mapping[Protocol, HTTPScope | None]


async def drain(connections: Iterable[Any], is_forced: Callable[[], bool]) -> None:
    """Go on accepting and reading until nothing has begun for 100 ms, for 2 s at most, or until the end is forced.

    A request that is answered meanwhile is the last of its connection.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _LONGEST_SECONDS
    seen, quiet_rounds = _begun(connections), 0
    while quiet_rounds < _QUIET_ROUNDS and loop.time() < deadline and not is_forced():
        await asyncio.sleep(_ROUND_SECONDS)
        begun = _begun(connections)
        quiet_rounds = 0 if _has_news(seen, begun) else quiet_rounds + 1
        seen = begun


def _begun(connections: Iterable[Any]) -> Begun:
    for each in connections:
        each.end_with_answer()
    return {each: each.head() for each in connections}


def _has_news(seen: Begun, begun: Begun) -> bool:
    return any(each not in seen or seen[each] is not head for each, head in begun.items())
