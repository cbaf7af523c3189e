"""What predictions read: the sources that they name, and the features that these give."""

from __future__ import annotations

from tessella.domain.audiences.reading import source_of
from tessella.domain.definitions.records import Definitions
from tessella.domain.errors import Faults
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import FeatureName, point
from tessella.domain.predictions.rfm.checks import rfm_faults
from tessella.domain.predictions.setup import EVENTS, PredictionSetup
from tessella.domain.predictions.training.readable import prediction_faults


def check_predictions(definitions: Definitions) -> None:
    """Predictions, and the setup of RFM, name a source and features that exist and can be read. Raises `Faults`."""
    features, sources = definitions.features, definitions.sources
    errors = [
        fault
        for _, setup in sorted(definitions.predictions.items())
        for fault in prediction_faults(
            setup, sources, features, given(definitions, setup), point("/predictions", setup.prediction_id)
        )
    ]
    if (columns := definitions.defaults.rfm.columns) is not None:
        errors += rfm_faults(columns, sources, given_by(definitions, columns.source), "/defaults/rfm/columns")
    if errors:
        raise Faults(errors)


def given(definitions: Definitions, setup: PredictionSetup) -> dict[FeatureName, Feature]:
    """The features that the source of a prediction gives: those computed from events, or those of its columns."""
    if setup.source == EVENTS:
        return {name: each for name, each in definitions.features.items() if each.kind is not None}
    return given_by(definitions, setup.source)


def given_by(definitions: Definitions, source: str) -> dict[FeatureName, Feature]:
    """The features of the columns of a source of customers."""
    named = definitions.features.items()
    return {name: each for name, each in named if source_of(each, definitions.sources) == source}
