"""Reports of how good rankings are, as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.identifiers import Instant, Json


class EvaluationKind(StrEnum):
    """What a report is of."""

    #: Every profile as it is, beside the baselines.
    EVALUATION = "evaluation"
    #: One profile, and the knobs that were found for it.
    TUNING = "tuning"


@dataclass(frozen=True, slots=True)
class StoredEvaluation:
    """One report."""

    #: UUID version 7, so reports are ordered by the time at which they were made.
    evaluation_id: str
    kind: EvaluationKind
    made_at: Instant
    #: What was asked for.
    inputs: Mapping[str, Json]
    #: An `Evaluation` or a `Tuning`. None in a list of reports.
    report: Json
