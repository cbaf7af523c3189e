"""Begin a change anew that somebody else's publish has overtaken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from random import random
from typing import Final, TypeVar

from tessella.domain.errors import Overtaken, StaleVersion

Result = TypeVar("Result")

_TRIES: Final = 20
#: The longest pause before another try: those who were overtaken at once do not come back at once.
_PAUSE_SECONDS: Final = 0.03


async def anew(attempt: Callable[[], Awaitable[Result]]) -> Result:
    """What an attempt gives, which reads the newest version each time. Raises what it raises, and `Overtaken`.

    No caller has named a version, so `StaleVersion` is nothing to tell them.
    """
    for _ in range(_TRIES - 1):
        try:
            return await attempt()
        except StaleVersion:
            await asyncio.sleep(random() * _PAUSE_SECONDS)
    try:
        return await attempt()
    except StaleVersion as error:
        raise Overtaken(error.kind, error.name) from error
