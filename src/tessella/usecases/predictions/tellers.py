"""What tells a prediction of many subjects, by its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.gate import Value
from tessella.domain.features.predicted import RFM_FEATURES
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.prediction import Prediction, prediction_of, rfm_of
from tessella.domain.predictions.segment.made_by import made_by
from tessella.domain.predictions.target import TARGETS, PredictionType
from tessella.domain.predictions.thresholds import Thresholds
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.models import LoadedModel
from tessella.usecases.predictions.predict_customer import NOTHING_KNOWN, PLACEHOLDER
from tessella.usecases.predictions.served_models import served_model, thresholds_of

Values = Mapping[FeatureName, Value]

_UNDECLARED: Final = "Not declared any more, so what was typical in the training stands for it: {}."
_NO_CELL: Final = "No cell of RFM is known of this customer: of their purchases nothing is known."


@dataclass(frozen=True, slots=True)
class Teller:
    """What tells a prediction from what is known of a subject."""

    type: PredictionType
    reads: Sequence[FeatureName]
    #: None where nothing can be told.
    tell: Callable[[Values], Prediction | None]
    #: Why nothing can be.
    fault: str
    #: None of RFM.
    model: LoadedModel | None = None
    #: Of churn.
    thresholds: Thresholds | None = None
    #: What its model reads and nobody declares any more.
    undeclared: Sequence[FeatureName] = ()

    @property
    def model_version(self) -> int | None:
        """None of RFM."""
        return None if self.model is None else self.model.manifest.version

    @property
    def population(self) -> Population | None:
        """Whom its model learned from; None where that is not known."""
        return None if self.model is None else self.model.manifest.population

    @property
    def is_placeholder(self) -> bool:
        """Whether what it tells means nothing."""
        return self.model is not None and self.model.manifest.placeholder

    @property
    def warning(self) -> str | None:
        """What to know before its answers are used."""
        if self.model is None:
            return None
        of_model = PLACEHOLDER if self.is_placeholder else self.model.manifest.warning
        missing = _UNDECLARED.format(", ".join(self.undeclared)) if self.undeclared else ""
        return " ".join(each for each in (of_model, missing) if each) or None

    @property
    def made_by(self) -> str:
        """Which model it is, for what is kept of its answers."""
        return self.type.value if self.model is None else made_by(self.model.manifest)


async def teller_of(session: Session, asked: PredictionType) -> Teller:
    """What tells a type in this namespace. Raises `NoModel`, and what the session raises for a model."""
    target = TARGETS.get(asked)
    if target is None:
        return Teller(asked, RFM_FEATURES, _cell, _NO_CELL)
    model, snapshot = await served_model(session, target), session.snapshot()
    thresholds = thresholds_of(snapshot, model)
    reads = [each.name for each in model.manifest.inputs]
    undeclared = [each for each in reads if each not in snapshot.schema]
    return Teller(asked, reads, _by_model(model, snapshot, thresholds), NOTHING_KNOWN, model, thresholds, undeclared)


def _cell(values: Values) -> Prediction | None:
    cell = rfm_of(values)
    return None if cell.cell is None else cell


def _by_model(
    model: LoadedModel, snapshot: Snapshot, thresholds: Thresholds | None
) -> Callable[[Values], Prediction | None]:
    offers = snapshot.definitions.offers

    def tell(values: Values) -> Prediction | None:
        return prediction_of(model.one(values), thresholds, offers) if values else None

    return tell
