"""What sessions need of predictions for segments."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.settings import Settings
from tessella.storage.memory.segment_predictions import SegmentPredictions
from tessella.storage.predictions.scores import ScoreFolder


@dataclass(frozen=True, slots=True)
class SegmentPredictionStore:
    """What this process told lately, and the files of jobs."""

    told: SegmentPredictions
    scores: ScoreFolder


def segment_prediction_store(settings: Settings) -> SegmentPredictionStore:
    """Over a folder of this installation's own."""
    return SegmentPredictionStore(SegmentPredictions(), ScoreFolder(settings.home / "predictions"))
