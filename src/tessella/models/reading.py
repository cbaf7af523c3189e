"""Read a model's files: by plain names, with bounds, and only what their manifest says."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from tessella.domain.errors import (
    ModelFileChanged,
    ModelFileMissing,
    ModelFileTooLarge,
    ModelManifestRefused,
)
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.manifest_checks import MANIFEST, check_name, is_plain, read_manifest

#: A thousand deep trees take a tenth of it.
MOST_BYTES: Final = 64 * 1024 * 1024


def read_model(folder: Path) -> tuple[Manifest, dict[str, bytes]]:
    """The manifest in a folder, and the files that it names. Raises `ModelManifestRefused` and `ModelFileRefused`."""
    try:
        manifest = read_manifest(_bounded(folder, MANIFEST))
    except ModelFileMissing as error:
        raise ModelManifestRefused(f"there is no {MANIFEST} in this folder") from error
    return manifest, {part.file: read_part(folder, part) for part in manifest.parts}


def read_placeholder(folder: Path, model_id: str) -> Manifest | None:
    """The manifest of a placeholder; None where there is none of that name. Raises `ModelManifestRefused`."""
    file = f"{model_id}.{MANIFEST}"
    if not is_plain(file) or not (folder / file).is_file():
        return None
    manifest = read_manifest(_bounded(folder, file))
    if not manifest.placeholder or manifest.model_id != model_id:
        raise ModelManifestRefused(f"{file} is of no placeholder for this model; other models are imported")
    return manifest


def read_part(folder: Path, part: Part) -> bytes:
    """The content of one file. Raises `ModelFileRefused`."""
    check_name(part.file)
    content = _bounded(folder, part.file)
    if hashlib.sha256(content).hexdigest() != part.sha256:
        raise ModelFileChanged(part.file)
    return content


def _bounded(folder: Path, file: str) -> bytes:
    path = folder / file
    if path.is_symlink() or not path.is_file():  # a pipe would never end, and a link may lead anywhere
        raise ModelFileMissing(file)
    with path.open("rb") as opened:
        content = opened.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ModelFileTooLarge(file, MOST_BYTES)
    return content
