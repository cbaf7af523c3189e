"""Which files a source of DuckDB may name: those below the folders that the server's administrator has set aside.

Whoever declares sources in one namespace must not read the server's other files through them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.errors import LocationRefused

#: DuckDB would read these as patterns that other files match too.
_PATTERNS: Final = re.compile(r"[*?\[\]]")
_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
_SUFFIXES: Final = (".parquet", ".csv")
_LOCAL: Final = ("file", "local")


@dataclass(frozen=True, slots=True)
class Confines:
    """What a location may lead to."""

    folders: Sequence[Path]
    #: Of URLs that fsspec opens.
    schemes: Collection[str]


def scheme_of(location: str) -> str | None:
    """The scheme of a URL that fsspec opens; None for files of this machine.

    >>> scheme_of("s3://bucket/view"), scheme_of("shop"), scheme_of("file:///srv/shop")
    ('s3', None, None)
    """
    url = _URL.fullmatch(location)
    return url[1].lower() if url and url[1].lower() not in _LOCAL else None


def check_url(location: str, confines: Confines) -> None:
    """Raises `LocationRefused` for a URL of a scheme that is not allowed, or that says more than where."""
    url = _URL.fullmatch(location)
    if url and url[1].lower() not in confines.schemes:
        listed = ", ".join(sorted(confines.schemes)) or "none"
        raise LocationRefused(
            f"URLs with {url[1]}:// are not allowed here", f"TESSELLA_WAREHOUSE_SCHEMES has {listed}."
        )
    if "::" in location or ".." in location.split("/") or _PATTERNS.search(location):
        raise LocationRefused("it holds a pattern, a way up, or a URL within a URL", "Name one folder or file.")


def local_path(location: str, confines: Confines) -> Path:
    """The file or folder, all its links followed, whether it is there or not. A relative one lies in a folder of ours.

    Raises `LocationRefused` outside of them.
    """
    check_url(location, confines)
    url = _URL.fullmatch(location)
    candidates = [(folder / (url[2] if url else location)).resolve() for folder in confines.folders]
    inside = [each for each in candidates if _is_inside(each, confines)]
    if not inside:
        allowed = ", ".join(map(str, confines.folders))
        raise LocationRefused("it leads out of where sources may be", f"Sources are below {allowed}.")
    return next((each for each in inside if each.exists()), inside[0])


def files_of(location: str, view: str, confines: Confines) -> list[Path]:
    """The files of a view, in the order of their names: all Parquet, or all CSV; none when there are none.

    They are the location itself, or in it `VIEW.parquet`, `VIEW.csv`, or what the folder `VIEW` holds of one of both.
    """
    path = local_path(location, confines)
    if path.is_file():
        return [_inside(path, confines)]
    named = [path / f"{view}{suffix}" for suffix in _SUFFIXES]
    parts = [sorted((path / view).glob(f"*{suffix}")) for suffix in _SUFFIXES]
    found = next(filter(None, ([each] * each.is_file() for each in named)), None) or next(filter(None, parts), [])
    return [_inside(each, confines) for each in found]


def _inside(path: Path, confines: Confines) -> Path:
    resolved = path.resolve()
    if not _is_inside(resolved, confines):
        raise LocationRefused(f"{path.name} leads out of where sources may be")
    if _PATTERNS.search(str(resolved)):
        raise LocationRefused(f"DuckDB would read the name {path.name} as a pattern")
    return resolved


def _is_inside(resolved: Path, confines: Confines) -> bool:
    return any(resolved.is_relative_to(folder.resolve()) for folder in confines.folders)


def urls_of(location: str, view: str) -> list[str]:
    """Where a view may be below a URL, the likeliest first: patterns in which only the last part has a star."""
    if location.endswith(_SUFFIXES):
        return [location]
    base = f"{location.rstrip('/')}/{view}"
    return [f"{base}{suffix}" for suffix in _SUFFIXES] + [f"{base}/*{suffix}" for suffix in _SUFFIXES]
