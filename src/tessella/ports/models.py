"""Trained models, as use cases load, keep and choose them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.manifest import Manifest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class LoadedModel(Protocol):
    """A version that was checked and is in memory. Safe to use from several threads."""

    @property
    def manifest(self) -> Manifest:
        """What it is."""
        ...

    def one(self, values: Mapping[FeatureName, Value]) -> Mapping[str, float]:
        """The probability of each output for one subject, from a feature dict: microseconds."""
        ...

    def many(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probabilities of encoded rows: shape (rows, outputs)."""
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
    activated_at: Instant | None
