"""`ports.models.ModelFiles` over the files of a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tessella.domain.predictions.manifest import Manifest
from tessella.models.checks import check_content
from tessella.models.reading import read_model, read_placeholder

if TYPE_CHECKING:
    from tessella.models.loaded import Loaded


class CheckedFiles:
    """Reads models, none before it was checked."""

    def read(self, folder: Path) -> tuple[Manifest, Mapping[str, bytes]]:
        """See the port."""
        manifest, files = read_model(folder)
        for file, content in files.items():
            check_content(file, content)
        return manifest, files

    def try_apart(self, folder: Path, manifest: Manifest) -> None:
        """See the port."""
        from tessella.models.trial import try_apart

        try_apart(folder, manifest)

    def load(self, folder: Path, manifest: Manifest) -> Loaded:
        """See the port."""
        from tessella.models.loading import load  # loads numpy and the runtime

        return load(folder, manifest)

    def placeholder(self, folder: Path, model_id: str) -> Loaded | None:
        """See the port."""
        manifest = read_placeholder(folder, model_id)
        return None if manifest is None else self.load(folder, manifest)
