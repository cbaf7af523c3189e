"""Trained models, as use cases load, keep and choose them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from tessella.domain.errors import ModelFileMissing
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.manifest import Manifest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tessella.domain.predictions.predictors.predictor import Fitted


class LoadedModel(Protocol):
    """A version that was checked and is in memory. Safe to use from several threads."""

    @property
    def manifest(self) -> Manifest:
        """What it is."""
        ...

    @property
    def folder(self) -> Path:
        """Where its files are, for another process to load."""
        ...

    def one(self, values: Mapping[FeatureName, Value]) -> Mapping[str, float]:
        """The probability of each output for one subject, from a feature dict: microseconds."""
        ...

    def many(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probabilities of encoded rows: shape (rows, outputs)."""
        ...


class ModelFiles(Protocol):
    """What knows how model files are written and read. A fault in a file is a `ModelFileRefused`."""

    def read(self, folder: Path) -> tuple[Manifest, Mapping[str, bytes]]:
        """The manifest and the files of a model that somebody brings. Nothing of them is run.

        Raises `ModelManifestRefused` and `ModelFileRefused`.
        """
        ...

    def try_apart(self, folder: Path, manifest: Manifest) -> None:
        """Load and run a model that somebody brings, in a process of its own with little memory and time."""
        ...

    def load(self, folder: Path, manifest: Manifest) -> LoadedModel:
        """Check the files of a model, and load them into this process."""
        ...

    def placeholder(self, folder: Path, model_id: str) -> LoadedModel | None:
        """The placeholder of that name; None where there is none. Raises `ModelManifestRefused` besides."""
        ...


class NoModelFiles:
    """A process that reads no models."""

    def read(self, folder: Path) -> tuple[Manifest, Mapping[str, bytes]]:
        """Raises `ModelFileMissing`."""
        raise ModelFileMissing(folder.name)

    def try_apart(self, folder: Path, manifest: Manifest) -> None:
        """There is nothing to try."""

    def load(self, folder: Path, manifest: Manifest) -> LoadedModel:
        """Raises `ModelFileMissing`."""
        raise ModelFileMissing(manifest.parts[0].file)

    def placeholder(self, folder: Path, model_id: str) -> LoadedModel | None:
        """None."""
        return None


NO_MODEL_FILES: Final = NoModelFiles()


class ModelWriter(Protocol):
    """Writes what was trained as the content of a file."""

    def __call__(self, fitted: Fitted, rows: NDArray[np.float32]) -> bytes:
        """The content of the file, once its scores are those of `fitted` on `rows`, a thousand at most.

        Raises `ParityLost`, `NotWritable` and `ModelPackageMissing`.
        """
        ...


class ModelState(StrEnum):
    """What becomes of a version."""

    ACTIVE = "active"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A version as the registry has it."""

    manifest: Manifest
    state: ModelState
    #: When it was last made the active one; None for never.
    activated_at: Instant | None
