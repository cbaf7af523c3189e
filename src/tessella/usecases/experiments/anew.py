"""Begin a change anew that somebody else's publish has overtaken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from tessella.domain.errors import StaleVersion

Result = TypeVar("Result")

_TRIES: Final = 3


async def anew(attempt: Callable[[], Awaitable[Result]]) -> Result:
    """What an attempt gives, which reads the newest version each time. Raises what the last of three raises."""
    for _ in range(_TRIES - 1):
        try:
            return await attempt()
        except StaleVersion:
            continue
    return await attempt()
