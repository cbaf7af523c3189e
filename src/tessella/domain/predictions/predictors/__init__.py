"""The ways to predict a probability: one file each, one line in the registry."""

from collections.abc import Mapping
from typing import Final

from tessella.domain.predictions.predictors.boosting import Boosting
from tessella.domain.predictions.predictors.logistic import Logistic
from tessella.domain.predictions.predictors.mlp import Mlp
from tessella.domain.predictions.predictors.predictor import Predictor

#: What has to be beaten.
BASELINE: Final = "logistic"

PREDICTORS: Final[Mapping[str, type[Predictor]]] = {
    BASELINE: Logistic,
    "boosting": Boosting,
    "mlp": Mlp,
}
