"""Which files a source of DuckDB may name: those that are the namespace's own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tessella.domain.errors import LocationRefused
from tessella.domain.own_places import LOCAL_SCHEMES, OwnPlaces

#: DuckDB would read these as patterns that other files match too.
_PATTERNS: Final = re.compile(r"[*?\[\]]")
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_SUFFIXES: Final = (".parquet", ".csv")


def scheme_of(location: str) -> str | None:
    """The scheme of a URL that fsspec opens; None for files of this machine.

    >>> scheme_of("s3://bucket/view"), scheme_of("shop"), scheme_of("file:///srv/shop")
    ('s3', None, None)
    """
    url = _URL.fullmatch(location)
    return url[1].lower() if url and url[1].lower() not in LOCAL_SCHEMES else None


def check_url(location: str, places: OwnPlaces) -> None:
    """Raises `LocationRefused` for a URL that is none of the namespace's, or that says more than where."""
    if "::" in location or ".." in location.split("/") or _PATTERNS.search(location):
        raise LocationRefused("it holds a pattern, a way up, or a URL within a URL", "Name one folder or file.")
    if scheme_of(location) is not None:
        check_reach(places, location)


def check_reach(places: OwnPlaces, *urls: str) -> None:
    """Raises `LocationRefused` unless one of the ways to write a URL is the namespace's."""
    if not any(map(places.reach, urls)):
        allowing = f"TESSELLA_WAREHOUSE_URLS={places.namespace}={urls[0]}"
        raise LocationRefused(f"{urls[0]} is not open to this namespace", f"Who runs the server allows it: {allowing}")


def local_path(location: str, places: OwnPlaces) -> Path:
    """The file or folder, all its links followed, whether it is there or not. A relative one lies in a folder of ours.

    Raises `LocationRefused` outside of them.
    """
    check_url(location, places)
    url = _URL.fullmatch(location)
    candidates = [(folder / (url[2] if url else location)).resolve() for folder in places.folders]
    inside = [each for each in candidates if places.holds(each)]
    if not inside:
        allowed = ", ".join(map(str, places.folders))
        raise LocationRefused("it leads out of where sources may be", f"Sources of this namespace are below {allowed}.")
    return next((each for each in inside if each.exists()), inside[0])


def files_of(location: str, view: str, places: OwnPlaces) -> list[Path]:
    """The files of a view, in the order of their names: all Parquet, or all CSV; none when there are none.

    They are the location itself, or in it `VIEW.parquet`, `VIEW.csv`, or what the folder `VIEW` holds of one of both.
    """
    path = local_path(location, places)
    if path.is_file():
        return [_inside(path, places)]
    named = [path / f"{view}{suffix}" for suffix in _SUFFIXES]
    parts = [sorted((path / view).glob(f"*{suffix}")) for suffix in _SUFFIXES]
    found = next(filter(None, ([each] * each.is_file() for each in named)), None) or next(filter(None, parts), [])
    return [_inside(each, places) for each in found]


def _inside(path: Path, places: OwnPlaces) -> Path:
    resolved = path.resolve()
    if not places.holds(resolved):
        raise LocationRefused(f"{path.name} leads out of where sources may be")
    if _PATTERNS.search(str(resolved)):
        raise LocationRefused(f"DuckDB would read the name {path.name} as a pattern")
    return resolved


def urls_of(location: str, view: str) -> list[str]:
    """Where a view may be below a URL, the likeliest first: patterns in which only the last part has a star."""
    if location.endswith(_SUFFIXES):
        return [location]
    base = f"{location.rstrip('/')}/{view}"
    return [f"{base}{suffix}" for suffix in _SUFFIXES] + [f"{base}/*{suffix}" for suffix in _SUFFIXES]
