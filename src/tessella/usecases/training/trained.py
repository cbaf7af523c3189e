"""What a training works with, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.identifiers import Instant
from tessella.domain.predictions.card import Card
from tessella.domain.predictions.inputs import Input
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.training.asked import TrainingAsked
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.customer_engine import OpenEngine
from tessella.ports.models import ModelWriter


@dataclass(frozen=True, slots=True)
class Training:
    """What a training works with."""

    session: Session
    warehouse: Warehouse
    open_engine: OpenEngine
    #: Writes what was trained as ONNX.
    write: ModelWriter
    progress: Progress
    setup: PredictionSetup
    asked: TrainingAsked

    def manifest(
        self,
        predictor: str,
        inputs: tuple[Input, ...],
        parts: tuple[Part, ...],
        cut: Instant,
        card: Card | None = None,
        warning: str = "",
        population: Population | None = None,
    ) -> Manifest:
        """What is told of a model that this training has made. It gets its number when it is kept."""
        return Manifest(
            model_id=self.setup.prediction_id,
            version=0,
            target=self.setup.target,
            predictor=predictor,
            inputs=inputs,
            parts=parts,
            trained_at=self.session.now(),
            cut=cut,
            thresholds=self.setup.thresholds,
            card=card,
            warning=warning,
            population=population,
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A model that is ready to be kept: its files by name."""

    manifest: Manifest
    files: Mapping[str, bytes]
