"""The pages of the admin app as they were built: read once, and given with what a browser has to know about them."""

from __future__ import annotations

import gzip
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Final

#: Where `make ui` puts them.
BUILT: Final = files("tessella.http") / "app_pages"
START: Final = "index.html"
#: Their names carry a hash of what is in them.
UNCHANGING: Final = "assets/"
#: Stands in the start page wherever the response's own nonce is to be.
_NONCE: Final = b"__NONCE__"
#: The system's own table of types differs from machine to machine.
_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
#: Smaller answers do not get shorter by much.
_WORTH_PACKING_BYTES: Final = 1024


@dataclass(frozen=True)
class Page:
    """One file."""

    body: bytes
    media_type: str
    cache: str

    @cached_property
    def etag(self) -> str:
        """A name for this content."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'

    @cached_property
    def packed(self) -> bytes | None:
        """The body in gzip; None where that is not worth it."""
        return gzip.compress(self.body, mtime=0) if len(self.body) > _WORTH_PACKING_BYTES else None


@dataclass(frozen=True)
class Pages:
    """All files by their path below `/app/`; none where nothing was built."""

    by_path: Mapping[str, Page]

    def start(self) -> tuple[bytes, str] | None:
        """The page that every address of the app begins with, and the nonce that it carries."""
        page = self.by_path.get(START)
        if page is None:
            return None
        nonce = secrets.token_urlsafe(16)
        return page.body.replace(_NONCE, nonce.encode()), nonce


def built_pages(folder: Path = Path(str(BUILT))) -> Pages:
    """The pages as they were built last, also while the server ran. A build renames a whole folder into this place."""
    try:
        found = folder.stat()
    except FileNotFoundError:
        return Pages({})
    return _pages_of(folder, (found.st_ino, found.st_mtime_ns))


@lru_cache(maxsize=1)
def _pages_of(folder: Path, build: tuple[int, int]) -> Pages:
    return read_pages(folder)


def read_pages(folder: Traversable = BUILT) -> Pages:
    """The files of a folder, and of those in it."""
    return Pages(dict(_walk(folder, ""))) if folder.is_dir() else Pages({})


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Page]]:
    found: list[tuple[str, Page]] = []
    for each in folder.iterdir():
        if each.name.startswith("."):  # what the build notes for itself
            continue
        path = f"{prefix}{each.name}"
        found += _walk(each, f"{path}/") if each.is_dir() else [(path, _page(path, each.read_bytes()))]
    return found


def _page(path: str, body: bytes) -> Page:
    media_type = _MEDIA_TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
    cache = "public, max-age=31536000, immutable" if path.startswith(UNCHANGING) else "no-cache"
    return Page(body, media_type, cache)
