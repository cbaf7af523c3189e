"""Load a model from a folder, once every file of it was found to be what its manifest says."""

from __future__ import annotations

from pathlib import Path

from tessella.domain.predictions.inputs import width
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.manifest_checks import check_manifest
from tessella.domain.predictions.row_encoder import RowEncoder
from tessella.models.checks import check_content
from tessella.models.content import Form
from tessella.models.formats.runner import Runner
from tessella.models.loaded import Loaded, RunPart
from tessella.models.reading import read_part


def load(folder: Path, manifest: Manifest) -> Loaded:
    """Read, check and load. What was checked are the bytes that are loaded, so nobody can swap them in between.

    Raises `ModelManifestRefused` and `ModelFileRefused`.
    """
    check_manifest(manifest)
    columns = width(manifest.inputs)
    parts = [RunPart(part, _runner(folder, part, columns)) for part in manifest.parts]
    return Loaded(manifest, folder, RowEncoder(manifest.inputs), tuple(parts))


def _runner(folder: Path, part: Part, columns: int) -> Runner:
    content = read_part(folder, part)
    if check_content(part.file, content) is Form.TFLITE:
        from tessella.models.formats.tflite_runner import load_tflite

        return load_tflite(part.file, content, width=columns, outputs=len(part.outputs))
    from tessella.models.formats.onnx_runner import load_onnx

    return load_onnx(part.file, content, width=columns, outputs=len(part.outputs))
