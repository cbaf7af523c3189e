"""Places that a namespace has to itself, as settings write them: with commas between."""

from __future__ import annotations

from pathlib import Path

from tessella.domain.identifiers import Namespace
from tessella.domain.own_places import OwnPlaces, own_places, read_urls


def places_of(namespace: Namespace, folders: str, otherwise: Path, urls: str) -> OwnPlaces:
    """A namespace's folders, `otherwise` where none are named, and what lies below its URLs."""
    return own_places(namespace, [*map(Path, listed(folders))] or [otherwise], read_urls(listed(urls)))


def checked_urls(text: str) -> str:
    """The text, if each of its URLs says whose it is. Raises `ValueError` like `read_urls`."""
    read_urls(listed(text))
    return text


def listed(text: str) -> list[str]:
    """The parts of a text with commas between."""
    return [part for each in text.split(",") if (part := each.strip())]
