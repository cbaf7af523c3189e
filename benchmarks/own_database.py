"""A database that a benchmark has for itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tessella.settings import Settings
from tessella.storage.installation.serving import serving_database


@contextmanager
def own_database() -> Iterator[tuple[str, Settings]]:
    """The DSN of an embedded one with nothing in it, and the settings that it runs by; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as home:
        settings = Settings(home=Path(home) / "home")
        with serving_database(settings) as database:
            yield database.dsn, settings
