"""Document E's placeholder models, in the model folder of this installation."""

from __future__ import annotations

from pathlib import Path

from tessella.models.placeholders import placeholder_files
from tessella.ports.clock import present
from tessella.settings import read_settings
from tessella.storage.models.files import ModelFolder


def written_placeholders() -> list[Path]:
    """The files that were written. Raises `ModelPackageMissing` and `ModelNotWritten`."""
    return ModelFolder(read_settings().models).write_placeholders(placeholder_files(present()))
