"""Ids of what is recorded: UUID version 7, ordered by the time at which they were made, so that lists page by them."""

from __future__ import annotations

import time
from random import Random, SystemRandom
from typing import Final
from uuid import UUID

from tessella.domain.errors import NoSuch, WrongShape
from tessella.domain.identifiers import Instant

_VERSION_7: Final = 0x7 << 76
_VARIANT: Final = 0b10 << 62
#: Ids need to be unlike one another, not unguessable: asking the system each time would take as long as the rest.
_RANDOM: Final = Random(SystemRandom().getrandbits(128))


def new_id() -> str:
    """A fresh id: milliseconds, a 4096th part of one, and 62 random bits (RFC 9562, section 6.2, method 3)."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    value = milliseconds << 80 | _VERSION_7 | (rest * 4096 // 1_000_000) << 64 | _VARIANT
    text = f"{value | _RANDOM.getrandbits(62):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def first_id_of(instant: Instant) -> UUID:
    """The lowest id of that moment or later."""
    milliseconds = max(instant // 1000, 0)
    return UUID(int=milliseconds << 80 | _VERSION_7 | (instant % 1000 * 4096 // 1000) << 64 | _VARIANT)


def read_id(text: str, what: str) -> UUID:
    """The id that somebody names. Raises `NoSuch`, which says `what` there is none of, for a text that is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NoSuch(what, text) from None


def id_before(cursor: str | None) -> UUID | None:
    """The id that ended the page before, which is that page's cursor. Raises `WrongShape` for what is no id."""
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError:
        raise WrongShape("/query/cursor", "This is no cursor.", "Send the next_cursor of the page before.") from None
