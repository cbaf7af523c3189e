"""What an alert says of a model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.predictions.monitoring.limits import Limits
from tessella.domain.predictions.monitoring.records import Drift, Outcomes, Shift

#: Inputs that an alert names.
_NAMED: Final = 5


def told_drift(version: int, drift: Drift) -> str | None:
    """What has changed since the training, in a sentence; None where nothing did by much.

    >>> told_drift(3, Drift(1000))
    """
    large = drift.large()
    if not large:
        return None
    named = ", ".join(map(_named, large[:_NAMED]))
    more = f" and {len(large) - _NAMED} more" if len(large) > _NAMED else ""
    return f"Version {version}, {drift.subjects} subjects: unlike in the training are {named}{more}."


def told_outcomes(version: int, outcomes: Outcomes, limits: Limits) -> str | None:
    """What was said otherwise than it happened; None where nothing was, by much.

    >>> told_outcomes(3, Outcomes(0, 0), Limits())
    """
    found = list(_faults(outcomes, limits))
    return f"Version {version}, {outcomes.subjects} subjects: {' '.join(found)}" if found else None


def _named(shift: Shift) -> str:
    return f"{shift.name} (PSI {shift.psi:.2f})"


def _faults(outcomes: Outcomes, limits: Limits) -> Iterator[str]:
    if outcomes.is_unreliable(limits):
        happened = outcomes.positives / outcomes.subjects
        yield (
            f"probabilities are {outcomes.calibration_error:.3f} from what happened{_on_card(outcomes)}; on average"
            f" {outcomes.mean_told:.3f} was said and {happened:.3f} happened."
        )
    if outcomes.is_worse(limits) and outcomes.auc is not None:
        yield f"the AUC is {outcomes.auc.value:.3f}, on the card it is {outcomes.auc_of_card:.3f}."


def _on_card(outcomes: Outcomes) -> str:
    if outcomes.against_card is None or outcomes.calibration_error is None:
        return ""
    return f", on the card {outcomes.calibration_error - outcomes.against_card:.3f}"
