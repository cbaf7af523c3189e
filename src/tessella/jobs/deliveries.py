"""The loop that delivers what waits: beside the jobs, and never waiting for one of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Final

from tessella.domain.errors import Unavailable
from tessella.logs import get_logger
from tessella.ports.notices import Claimed
from tessella.usecases.deliver import Courier, deliver

_PAUSE_SECONDS: Final = 0.5
#: Deliveries that are under way at once, and those of one namespace.
MOST: Final = 64
MOST_OF_NAMESPACE: Final = 8
_LOG: Final = get_logger(__name__)


class Deliveries:
    """Takes what is due and delivers it. A receiver gets one message at a time, so that a slow one holds up itself."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._under_way: dict[asyncio.Task[None], Claimed] = {}

    async def run(self) -> None:
        """Deliver until cancelled; what is under way then is delivered later, by whoever comes next."""
        try:
            while True:
                try:
                    await self.begin()
                except Unavailable as error:
                    _LOG.warning("deliveries_interrupted", reason=error.message)
                await self._pause()
        finally:
            for task in self._under_way:
                task.cancel()
            await self.settle()

    async def begin(self) -> int:
        """Take what is due and begin to deliver it; returns how much that is. Raises `Unavailable`."""
        under_way = list(self._under_way.values())
        of_namespace = Counter(each.namespace for each in under_way)
        if len(under_way) >= MOST:
            return 0
        claimed = await self._courier.outbox.claim(
            self._courier.clock(),
            most=MOST - len(under_way),
            busy=[each.way for each in under_way],
            full=[namespace for namespace, count in of_namespace.items() if count >= MOST_OF_NAMESPACE],
        )
        for each in claimed:
            task = asyncio.create_task(self._deliver(each), name="delivery")
            self._under_way[task] = each
            task.add_done_callback(self._under_way.pop)
        return len(claimed)

    async def _pause(self) -> None:
        """Until a receiver is free for its next message, or something may have become due."""
        if self._under_way:
            await asyncio.wait(list(self._under_way), timeout=_PAUSE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.sleep(_PAUSE_SECONDS)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        if self._under_way:
            await asyncio.wait(list(self._under_way))

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            await deliver(self._courier, claimed)
        except Unavailable as error:
            _LOG.warning("delivery_interrupted", delivery_id=claimed.delivery_id, reason=error.message)
        except Exception:  # noqa: BLE001 - the outermost place of a task: it is delivered again when its time is over
            _LOG.exception("delivery_broke", delivery_id=claimed.delivery_id)
