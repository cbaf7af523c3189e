"""What is kept to see whether models still hold, and whether experiments are refreshed."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.identifiers import Instant
from tessella.domain.predictions.monitoring.records import Drift, Outcomes
from tessella.domain.predictions.setup import PredictionSetup


@dataclass(frozen=True, slots=True)
class StoredDrift:
    """How far subjects were from those that a version had learned from."""

    model_id: str
    version: int
    #: The moment that they were looked at as of.
    as_of: Instant
    made_at: Instant
    drift: Drift


@dataclass(frozen=True, slots=True)
class Batch:
    """Predictions of one moment that wait for what happens."""

    model_id: str
    version: int
    as_of: Instant
    #: When everything has happened that counts as an outcome.
    due_at: Instant
    #: How many are kept.
    subjects: int
    #: The prediction as it was declared then.
    setup: PredictionSetup


@dataclass(frozen=True, slots=True)
class JudgedBatch:
    """A batch, and what has happened."""

    batch: Batch
    judged_at: Instant
    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """The last figures of a model's active version."""

    #: When it was kept.
    added_at: Instant
    #: The largest PSI of an input; None where nothing was compared.
    psi: float | None
    #: None as long as no outcomes are known.
    calibration_error: float | None


@dataclass(frozen=True, slots=True)
class ExperimentFigures:
    """The last figures of an experiment."""

    #: When its last report was made, how long the refresh took that made it, and the units that it counted.
    made_at: Instant
    refresh_seconds: float
    units: int
    #: When the policy that holds was published; None where that is the first one, which never is.
    published_at: Instant | None


@dataclass(frozen=True, slots=True)
class TaxonomyFigures:
    """The figures of a game's taxonomy that is in force; None where there was too little to tell."""

    calibrated_at: Instant
    players: int
    variance_explained: float
    #: See `AccuracyCard`.
    categorization_accuracy: float | None
    #: Of profiles as they were last refreshed; before that, the card's.
    mean_confidence: float | None


@dataclass(frozen=True, slots=True)
class NightFigures:
    """What the last nightly refresh of personalization has counted; None where there was too little to tell."""

    refreshed_at: Instant
    #: Subjects who were active, and the share of them whose vector was computed without a fault.
    active_subjects: int
    extraction_success: float | None
    opt_out_rate: float | None


@dataclass(frozen=True, slots=True)
class JobFigures:
    """The last run of a job that is over."""

    finished_at: Instant
    seconds: float
    failed: bool
