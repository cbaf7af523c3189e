"""What is one namespace's own outside of the database: folders of this machine, and places elsewhere by URL.

Whoever administers one namespace must reach neither the server's other files nor what belongs to another namespace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from tessella.domain.identifiers import NAMESPACE_PATTERN, Namespace

_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.+)", re.DOTALL)
#: These would lead past the folders.
LOCAL_SCHEMES: Final = frozenset({"file", "local"})


@dataclass(frozen=True, slots=True)
class OwnPlaces:
    """The places of one namespace."""

    namespace: Namespace
    #: At least one.
    folders: Sequence[Path]
    #: With what lies below them.
    urls: Sequence[str] = ()

    def holds(self, path: Path) -> bool:
        """Whether a path, all of whose links were followed, is one of the folders or lies below one."""
        return any(path.is_relative_to(folder.resolve()) for folder in self.folders)

    def reach(self, url: str) -> bool:
        """Whether a URL is one of the namespace's or lies below one.

        >>> places = OwnPlaces(Namespace("acme"), [], ["s3://lake/acme"])
        >>> [places.reach(f"s3://lake/{each}") for each in ("acme/vip.csv", "acme-2/vip.csv", "acme/../beta/vip.csv")]
        [True, False, False]
        """
        asked = _normal(url)
        if ".." in re.split(r"[/\\]", unquote(asked)):
            return False
        return any(asked == own or asked.startswith(f"{own}/") for own in map(_normal, self.urls))


def own_places(namespace: Namespace, folders: Sequence[Path], urls: Mapping[Namespace, Sequence[str]]) -> OwnPlaces:
    """Below each folder the one of the namespace's name, and the URLs that are said to be its own."""
    return OwnPlaces(namespace, [folder / namespace for folder in folders], urls.get(namespace, ()))


def read_urls(parts: Sequence[str]) -> dict[Namespace, list[str]]:
    """URLs by namespace, each written as `NAMESPACE=URL`. Raises `ValueError`.

    >>> read_urls(["acme=s3://lake/acme", "beta=s3://lake/beta", "acme=sc://spark.internal"])
    {'acme': ['s3://lake/acme', 'sc://spark.internal'], 'beta': ['s3://lake/beta']}
    """
    found: dict[Namespace, list[str]] = {}
    for part in parts:
        name, _, url = part.partition("=")
        parsed = _URL.fullmatch(url)
        if not NAMESPACE_PATTERN.fullmatch(name) or parsed is None:
            raise ValueError(f'"{part}" is not NAMESPACE=URL, such as acme=s3://lake/acme')
        if parsed[1].lower() in LOCAL_SCHEMES:
            raise ValueError(f'"{part}" is on this machine: set the folders instead')
        found.setdefault(Namespace(name), []).append(url)
    return found


def _normal(url: str) -> str:
    """The scheme in small letters, and no slash at the end."""
    scheme, mark, rest = url.partition("://")
    return f"{scheme.lower()}{mark}{rest.rstrip('/')}"
