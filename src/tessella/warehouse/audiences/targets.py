"""Where members may be exported to: below a folder of the namespace, or at a URL of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tessella.domain.errors import ExportRefused
from tessella.domain.own_places import OwnPlaces


@dataclass(frozen=True, slots=True)
class LocalTarget:
    """A file of this machine."""

    path: Path


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """A file that fsspec writes."""

    url: str


def find_target(target: str, places: OwnPlaces) -> LocalTarget | UrlTarget:
    """The place that a target names: one that is no absolute path is in the first folder. Raises `ExportRefused`."""
    if "\0" in target or not target.strip() or target.endswith("/"):
        raise ExportRefused("it names no file", 'Such as "vip.csv".')
    if "::" in target or ".." in target.split("/"):
        raise ExportRefused("it holds a way up, or a URL within a URL", "Name one file.")
    return UrlTarget(_checked(target, places)) if "://" in target else LocalTarget(_path(target, places))


def _checked(target: str, places: OwnPlaces) -> str:
    if not places.reach(target):
        listed = ", ".join(places.urls) or "none"
        raise ExportRefused("it is at no URL of this namespace", f"Its URLs are in TESSELLA_EXPORT_URLS: {listed}.")
    return target


def _path(target: str, places: OwnPlaces) -> Path:
    """All links followed: one of them may lead out."""
    first = places.folders[0].resolve()
    path = (first / target).resolve()
    if not places.holds(path):
        raise ExportRefused("it leads out of this namespace's exports", f"They are below {first}.")
    if path.is_dir() or path == first:
        raise ExportRefused("it is a folder", "Name a file in it.")
    return path
