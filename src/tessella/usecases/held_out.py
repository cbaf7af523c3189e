"""Days of the past that something is measured on: refused before any work is done when nobody bought anything then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.errors import NoPurchases, NothingHeldOut
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.instants import typed_instant
from tessella.domain.identifiers import Instant, Pointer
from tessella.ports import Session


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Days from `begin` until before `end`, and the option that chooses them."""

    begin: Instant
    end: Instant
    pointer: Pointer
    option: str
    #: How long before the end of the days the moment lies that the option names.
    before_end: int = 0


async def check_held_out(session: Session, types: Sequence[str], days: HeldOut) -> None:
    """Raises `NothingHeldOut` when no event of these types is stored of these days, and `NoPurchases` without any."""
    if await session.last_event(types, since=days.begin, before=days.end) is not None:
        return
    last = await session.last_event(types, since=None, before=session.now())
    if last is None:
        raise NoPurchases(" or ".join(types))
    named = Instant(_after(last, session.now()) - days.before_end)
    begin, end = typed_instant(days.begin), typed_instant(days.end)
    raise NothingHeldOut(days.pointer, begin, end, typed_instant(last), days.option, typed_instant(named))


def _after(last: Instant, now: Instant) -> Instant:
    """The midnight after a moment, or now where that is earlier."""
    return min(Instant((last // DAY_US + 1) * DAY_US), now)
