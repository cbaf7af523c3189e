"""Features that predictions write: which there are, and that nobody else writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Pointer, nearest, point

CHURN: Final = FeatureName("prediction.churn")
LTV_USD: Final = FeatureName("prediction.ltv_usd")
RFM_CELL: Final = FeatureName("rfm.cell")
RFM_RECENCY: Final = FeatureName("rfm.recency")
RFM_FREQUENCY: Final = FeatureName("rfm.frequency")
RFM_MONETARY: Final = FeatureName("rfm.monetary")
#: They are told together.
RFM_FEATURES: Final = (RFM_CELL, RFM_RECENCY, RFM_FREQUENCY, RFM_MONETARY)

#: All there are, and the type of each. The scores of RFM are 1 to 5.
PREDICTED: Final = {
    CHURN: FeatureType.NUMBER,
    LTV_USD: FeatureType.NUMBER,
    RFM_CELL: FeatureType.STRING,
    RFM_RECENCY: FeatureType.INTEGER,
    RFM_FREQUENCY: FeatureType.INTEGER,
    RFM_MONETARY: FeatureType.INTEGER,
}
#: Why a value cannot be sent or imported.
BY_PREDICTIONS: Final = "it is written by predictions"


def predicted(features: Iterable[Feature]) -> list[FeatureName]:
    """The names of those that predictions write, in order."""
    return sorted(each.name for each in features if each.source is Source.PREDICTION)


def check_predicted_feature(feature: Feature, at: Pointer = "") -> None:
    """That a declaration of the source `prediction` is one that is written. `at` points at it. Raises `WrongShape`.

    Its name and type are those of a prediction, no request carries it, and its name belongs to this source alone.
    """
    expected = PREDICTED.get(feature.name)
    if feature.source is not Source.PREDICTION:
        if expected is not None:
            problem = f'"{feature.name}" is written by predictions: its source is prediction.'
            raise WrongShape(point(at, "source"), problem, "Declare it so, or choose another name.")
        return
    if expected is None:
        near = nearest(feature.name, PREDICTED)
        hint = f'Did you mean "{near}"?' if near else f"One of {', '.join(PREDICTED)}."
        raise WrongShape(point(at, "name"), f'No prediction writes "{feature.name}".', hint)
    if feature.type is not expected:
        raise WrongShape(point(at, "type"), f"The type of {feature.name} is {expected}.")
    if feature.overridable:
        raise WrongShape(point(at, "overridable"), "A request cannot carry what is predicted.")
