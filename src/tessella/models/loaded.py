"""A model in memory: its files, and what makes probabilities of what they say."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.row_encoder import RowEncoder
from tessella.models.formats.runner import Runner

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
        """See the port."""
        row = self.encoder.row(values)
        if len(self.parts) == 1:
            return self.parts[0].one(row)
        return {name: probability for part in self.parts for name, probability in part.one(row).items()}

    def many(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """See the port."""
        return np.hstack([part.many(rows) for part in self.parts])
