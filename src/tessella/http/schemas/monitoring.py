"""What was found of a model since it was trained."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tessella.domain.predictions.card import Interval
from tessella.domain.predictions.monitoring.records import Drift, Outcomes
from tessella.http.schemas.models import ModelShown


class DriftShown(msgspec.Struct, frozen=True):
    """How far subjects are from those that the version has learned from."""

    #: The moment that they were looked at as of, and when that was done.
    as_of: str
    made_at: str
    found: Drift


class OutcomesFound(msgspec.Struct, frozen=True):
    """What was said at a moment, against what has happened since."""

    as_of: str
    #: Until when what happened counts.
    due_at: str
    judged_at: str
    found: Outcomes


class WaitingShown(msgspec.Struct, frozen=True):
    """Predictions whose outcomes are not known yet."""

    as_of: str
    #: From when on they can be known.
    due_at: str
    subjects: int


class DriftPoint(msgspec.Struct, frozen=True):
    """One look at subjects."""

    as_of: str
    #: The largest of an input, and that of the probabilities; null where nothing was compared.
    psi: float | None
    predicted_psi: float | None


class OutcomesPoint(msgspec.Struct, frozen=True):
    """One look at outcomes; figures are null of too few subjects."""

    as_of: str
    subjects: int
    calibration_error: float | None
    difference: Interval | None


class MonitoringShown(msgspec.Struct, frozen=True):
    """A version of a model, and what was found of it since it was trained."""

    model: ModelShown
    #: From where on there is an alert.
    #: What is usual of the model, as declared or by default: `psi_large` and so on.
    limits: dict[str, float]
    #: The last look at subjects; null where there was none.
    drift: DriftShown | None
    #: The last look at outcomes; null where none are known.
    outcomes: OutcomesFound | None
    #: Why no outcomes are known, and from when on they can be expected; empty where some are.
    note: str
    waiting: Sequence[WaitingShown]
    #: The last looks, the newest first.
    drift_history: Sequence[DriftPoint]
    outcomes_history: Sequence[OutcomesPoint]
