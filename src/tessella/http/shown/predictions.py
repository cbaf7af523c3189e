"""How predictions are shown."""

from __future__ import annotations

from typing import Any

from tessella.domain.predictions.thresholds import Thresholds
from tessella.http.schemas.predictions import CustomerPredictionShown, ThresholdsShown
from tessella.http.shown.times import time_text
from tessella.usecases.predictions.predict_customer import CustomerPrediction


def customer_prediction_shown(made: CustomerPrediction) -> CustomerPredictionShown:
    """A prediction for one customer."""
    told: dict[str, Any] = {made.type.value: made.prediction}
    if made.thresholds is not None:
        told["thresholds"] = thresholds_shown(made.thresholds)
    return CustomerPredictionShown(
        customer_id=made.customer_id,
        type=made.type,
        model_version=made.model_version,
        as_of=time_text(made.as_of),
        stale=made.stale,
        warning=made.warning,
        **told,
    )


def thresholds_shown(thresholds: Thresholds) -> ThresholdsShown:
    """Thresholds, also those that are as usual."""
    return ThresholdsShown(thresholds.high, thresholds.medium)
