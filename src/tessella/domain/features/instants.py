"""A moment as requests and definitions write it: ISO 8601 text, or null for none."""

from __future__ import annotations

from typing import cast

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import DAY_US, iso, normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, Json, Pointer


def read_instant(written: Json, at: Pointer) -> Instant | None:
    """The moment, in UTC when the text carries no zone; None for null. Raises `WrongShape`.

    >>> read_instant("1970-01-01T00:00:01", "/at"), read_instant(None, "/at")
    (1000000, None)
    """
    if written is None:
        return None
    instant = normalise(written, FeatureType.TIMESTAMP) if isinstance(written, str) else None
    if instant is None:
        raise WrongShape(at, "A time is ISO 8601 text, such as 2026-06-30T12:00:00Z; without a zone it is UTC.")
    return cast(Instant, instant)


def write_instant(instant: Instant | None) -> str | None:
    """The text that `read_instant` reads back; None for none.

    >>> write_instant(Instant(0)), write_instant(None)
    ('1970-01-01T00:00:00+00:00', None)
    """
    return None if instant is None else iso(instant)


def typed_instant(instant: Instant) -> str:
    """A moment as people type it: the day where it is a midnight, else to the second, in UTC.

    >>> typed_instant(Instant(0)), typed_instant(Instant(1_500_000))
    ('1970-01-01', '1970-01-01T00:00:01Z')
    """
    return iso(instant)[:10] if instant % DAY_US == 0 else f"{iso(instant)[:19]}Z"
