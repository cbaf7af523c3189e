"""Where members may be exported to: below a folder of the namespace, or at a URL of a scheme that is allowed.

An administrator of one namespace must reach neither the server's other files nor the exports of other namespaces.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tessella.domain.errors import ExportRefused
from tessella.domain.identifiers import Namespace

_URL: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
#: These lead past the folders.
_LOCAL: Final = frozenset({"file", "local"})


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """A file of this machine."""

    path: Path


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """A file that fsspec writes."""

    url: str


@dataclass(frozen=True, slots=True)
class ExportPlaces:
    """The places of one namespace."""

    namespace: Namespace
    #: In each a folder with the name of the namespace is its own. A target that is no absolute path is in the first.
    folders: Sequence[Path]
    #: Of URLs.
    schemes: Collection[str]

    def find(self, target: str) -> LocalTarget | UrlTarget:
        """The place that a target names. Raises `ExportRefused`."""
        url = _URL.fullmatch(target)
        if "\0" in target or not target.strip() or target.endswith("/"):
            raise ExportRefused("it names no file", 'Such as "vip.csv".')
        if "::" in target or ".." in target.split("/"):
            raise ExportRefused("it holds a way up, or a URL within a URL", "Name one file.")
        return UrlTarget(self._checked(target, url[1].lower())) if url else LocalTarget(self._path(target))

    def _checked(self, target: str, scheme: str) -> str:
        if scheme in _LOCAL or scheme not in self.schemes:
            listed = ", ".join(sorted(set(self.schemes) - _LOCAL)) or "none"
            raise ExportRefused(f"URLs with {scheme}:// are not allowed here", f"Allowed are: {listed}.")
        return target

    def _path(self, target: str) -> Path:
        """All links followed: one of them may lead out."""
        own = [(folder / self.namespace).resolve() for folder in self.folders]
        path = (own[0] / target).resolve()
        if not any(path != folder and path.is_relative_to(folder) for folder in own):
            raise ExportRefused("it leads out of this namespace's exports", f"They are below {own[0]}.")
        if path.is_dir():
            raise ExportRefused("it is a folder", "Name a file in it.")
        return path
