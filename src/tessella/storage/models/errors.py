"""Why a model that is kept cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import (
    ModelFileRefused,
    ModelManifestRefused,
    ModelPackageMissing,
    TessellaError,
    Unavailable,
)

#: The version of every placeholder.
PLACEHOLDER: Final = 0


@dataclass(eq=False)
class ModelUnusable(Unavailable):
    """Version {version} of the model "{model_id}" cannot be used."""

    model_id: str
    version: int

    def hint(self) -> str:
        """How to go on."""
        return "Activate another version, or train the model anew."


@dataclass(eq=False)
class ModelGone(ModelUnusable):
    """Version {version} of the model "{model_id}" is not in the model folder."""

    def hint(self) -> str:
        """How to go on."""
        return "Servers of one database share one model folder: see TESSELLA_MODEL_FOLDER. Or train the model anew."


@dataclass(eq=False)
class ModelTorn(ModelUnusable):
    """Version {version} of the model "{model_id}" is not whole: its manifest is not as it was written."""


@dataclass(eq=False)
class ModelSpoilt(ModelUnusable):
    """Version {version} of the model "{model_id}" cannot be loaded: {problem}."""

    problem: str


@contextmanager
def spoilt(model_id: str, version: int) -> Iterator[None]:
    """What is refused of files that are kept is no fault of who asks: the version cannot be used for the moment."""
    try:
        yield
    except (ModelFileRefused, ModelManifestRefused, ModelPackageMissing) as error:
        raise ModelSpoilt(model_id, version, error.message.rstrip(".")) from error


@dataclass(eq=False)
class ModelNotWritten(TessellaError):
    """The model cannot be written to the model folder: {reason}."""

    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Make room, or set TESSELLA_MODEL_FOLDER to a folder that this process may write to."


def not_written(error: OSError) -> ModelNotWritten:
    """What kept a model from the disk."""
    return ModelNotWritten((error.strerror or str(error)).lower())
