"""Whether models still hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.predictions.monitoring.records import Outcomes
from tessella.ports.monitoring import Batch, JudgedBatch, StoredDrift


class Monitoring(Protocol):
    """What was found of the models of a namespace, and predictions that wait for what happens."""

    async def facts_as_of(self, features: Sequence[FeatureName]) -> Instant | None:
        """The last moment that stored values of these features are of; None where nothing is stored."""
        ...

    async def add_drift(self, found: StoredDrift) -> None:
        """Keep it, in place of one of the same version and moment, and forget those of more than a year ago."""
        ...

    async def drifts(self, model_id: str, version: int, limit: int) -> Sequence[StoredDrift]:
        """The last ones of a version, the newest first."""
        ...

    async def keep_batch(self, batch: Batch, told: Mapping[SubjectId, float]) -> None:
        """Keep predictions, and forget batches of more than a year ago. Nothing changes when the batch is there."""
        ...

    async def open_batches(self, model_id: str) -> Sequence[Batch]:
        """Those of all versions that are not judged, the oldest first."""
        ...

    async def kept_predictions(self, batch: Batch) -> Mapping[SubjectId, float]:
        """The probability of each subject who has not opted out since."""
        ...

    async def judge_batch(self, batch: Batch, outcomes: Outcomes) -> None:
        """Keep what has happened, and forget the subjects."""
        ...

    async def judged_batches(self, model_id: str, version: int, limit: int) -> Sequence[JudgedBatch]:
        """The last ones of a version, the newest first."""
        ...
