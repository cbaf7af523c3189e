"""Time zones by name, as the locked package tells them: the same ones on every machine."""

from __future__ import annotations

from datetime import tzinfo
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=1024)
def zone_named(name: str) -> tzinfo | None:
    """A zone by its IANA name; None for none of them.

    The package `tzdata` comes before the machine's own zones, which may be years old: a government's last decision
    moves midnight by an hour.

    >>> zone_named("Europe/Berlin"), zone_named("Atlantis/Poseidonis")
    (zoneinfo.ZoneInfo(key='Europe/Berlin'), None)
    """
    try:
        own = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return _packaged(name) or own


def _packaged(name: str) -> tzinfo | None:
    """The zone of the package. The name is that of a zone, so it leads to no other file."""
    try:
        with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
            return ZoneInfo.from_file(file, key=name)
    except (ModuleNotFoundError, OSError):
        return None
