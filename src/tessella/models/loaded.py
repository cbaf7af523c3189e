"""A model in memory: its files, and what makes probabilities of what they say."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tessella.domain.errors import ModelSaysNoProbability
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.row_encoder import RowEncoder
from tessella.models.formats.runner import Runner

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: So far from 0 to 1 a sum of float32 may be that stands for a probability.
_ROUNDING: Final = 1e-5


@dataclass(frozen=True, slots=True)
class RunPart:
    """One file that is in memory."""

    part: Part
    runner: Runner

    def one(self, row: array[float]) -> dict[str, float]:
        """The probability of each of its outputs."""
        scores = self.runner.run_one(row)
        if self.part.reliability:
            scores = [each.one(score) for each, score in zip(self.part.reliability, scores, strict=True)]
        return dict(zip(self.part.outputs, scores, strict=True))

    def many(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """The same of many rows: shape (rows, outputs)."""
        scores = self.runner.run(rows).astype(np.float64)
        for place, each in enumerate(self.part.reliability):
            scores[:, place] = each.many(scores[:, place])
        return scores


@dataclass(frozen=True, slots=True)
class Loaded:
    """`ports.models.LoadedModel` over files in memory."""

    manifest: Manifest
    folder: Path
    encoder: RowEncoder
    parts: tuple[RunPart, ...]

    def one(self, values: Mapping[FeatureName, Value]) -> Mapping[str, float]:
        """See the port. Raises `ModelSaysNoProbability`."""
        row = self.encoder.row(values)
        if len(self.parts) == 1:
            told = self.parts[0].one(row)
        else:
            told = {name: probability for part in self.parts for name, probability in part.one(row).items()}
        if all(0 <= each <= 1 for each in told.values()):
            return told
        return dict(zip(told, self._bounded(np.array([list(told.values())]))[0].tolist(), strict=True))

    def many(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """See the port. Raises `ModelSaysNoProbability`."""
        return self._bounded(np.hstack([part.many(rows) for part in self.parts]))

    def _bounded(self, told: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shape (subjects, outputs), from 0 to 1. NaN is not near to any."""
        is_near = (told >= -_ROUNDING) & (told <= 1 + _ROUNDING)
        if not is_near.all():
            row, column = np.argwhere(~is_near)[0].tolist()
            output = [name for part in self.parts for name in part.part.outputs][column]
            raise ModelSaysNoProbability(output, self.manifest.model_id, float(told[row, column]))
        return np.clip(told, 0, 1, out=told)
