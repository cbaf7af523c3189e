"""How what was found of a model since it was trained is shown."""

from __future__ import annotations

import msgspec

from tessella.domain.features.gate import iso
from tessella.http.schemas.monitoring import (
    DriftPoint,
    DriftShown,
    MonitoringShown,
    OutcomesFound,
    OutcomesPoint,
    WaitingShown,
)
from tessella.http.shown.models import model_shown
from tessella.ports.monitoring import Batch, JudgedBatch, StoredDrift
from tessella.usecases.predictions.monitoring import Monitoring


def monitoring_shown(found: Monitoring) -> MonitoringShown:
    """What was found, its times as text."""
    return MonitoringShown(
        model=model_shown(found.model),
        limits=msgspec.structs.asdict(found.limits),
        drift=_drift(found.drifts[0]) if found.drifts else None,
        outcomes=_outcomes(found.judged[0]) if found.judged else None,
        note=found.note,
        waiting=[_waiting(each) for each in found.waiting],
        drift_history=[_drift_point(each) for each in found.drifts],
        outcomes_history=[_outcomes_point(each) for each in found.judged],
    )


def _drift(found: StoredDrift) -> DriftShown:
    return DriftShown(iso(found.as_of), iso(found.made_at), found.drift)


def _outcomes(judged: JudgedBatch) -> OutcomesFound:
    batch = judged.batch
    return OutcomesFound(iso(batch.as_of), iso(batch.due_at), iso(judged.judged_at), judged.outcomes)


def _waiting(batch: Batch) -> WaitingShown:
    return WaitingShown(iso(batch.as_of), iso(batch.due_at), batch.subjects)


def _drift_point(found: StoredDrift) -> DriftPoint:
    predicted = found.drift.predicted
    return DriftPoint(iso(found.as_of), found.drift.worst, None if predicted is None else predicted.psi)


def _outcomes_point(judged: JudgedBatch) -> OutcomesPoint:
    found = judged.outcomes
    return OutcomesPoint(iso(judged.batch.as_of), found.subjects, found.calibration_error, found.difference)
