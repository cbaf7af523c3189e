"""What a training works with, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tessella.domain.predictions.manifest import Manifest
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


@dataclass(frozen=True, slots=True)
class Written:
    """A model that is ready to be kept: its files by name."""

    manifest: Manifest
    files: Mapping[str, bytes]
