"""The page about predictions and offers as definitions."""

import json

from tessella.domain.features.schema import Feature
from tessella.domain.predictions.monitoring.limits import Limits
from tessella.domain.predictions.setup import Offer, PredictionSetup
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.thresholds import Thresholds
from tessella.domain.predictions.training.default_features import default_features
from tools.reference.markdown import code, codes, document, fence, table
from tools.reference.records import COLUMNS, fields_of

INTRODUCTION = """\
A prediction says what is told of subjects, and what its models learn from. Its models are its trained versions. An
offer is what can be made to a subject. Both are definitions: files in `predictions/` and `offers/`, objects under
`/api/v1/predictions` and `/api/v1/offers`."""
EXAMPLE = """\
prediction_id: churn
target: churn
activity: [purchase]
horizon_days: 28
active_days: 84
cut_every_days: 28
cuts: 6"""
SOURCES = """\
From events, a model learns at moments of the past, the cuts. What was known of a subject at a cut is computed from
the events up to it, and the label is whether an event of the types `activity` followed within `horizon_days`. From
a source of customers it learns from the features that are read from its columns, and the column `label` says what
happened: true or false, yes or no, 1 or 0. Rows in which it is NULL are left out.

Personal features are never learned from, nor are moments and lists. A prediction that names no features learns from
all the others that its source gives; imported facts are not among them, as nobody knows what they were at a cut."""
DEFAULTS = """\
Where no feature is computed from events, a prediction from events learns from these. Declare them, so that facts
hold them and single customers can be predicted."""
OFFERS = "Types of events tell what became of offers: `offer_shown` and `offer_accepted`, with the offer as `item_id`."
MEANINGS = {
    "prediction_id": "The prediction's name, and that of its model.",
    "target": f"One of {codes(Target)}.",
    "thresholds": f"When a probability is high, medium or low: {codes(Thresholds.__struct_fields__)}.",
    "limits": f"From where on there is an alert about its model: {codes(Limits.__struct_fields__)}.",
    "offer_id": "The offer's name.",
    "name": "What people call it.",
    "active": "Whether it may be made now.",
}


def page() -> str:
    return document(
        "Predictions and offers",
        INTRODUCTION,
        "## Predictions",
        fence(EXAMPLE, "yaml"),
        table(COLUMNS, fields_of(PredictionSetup, MEANINGS)),
        "## What is learned from",
        SOURCES,
        DEFAULTS,
        table(["feature", "type", "kind"], map(_feature, default_features(["purchase"]).values())),
        "## Offers",
        OFFERS,
        table(COLUMNS, fields_of(Offer, MEANINGS)),
    )


def _feature(feature: Feature) -> list[str]:
    return [code(feature.name), code(feature.type), code(json.dumps(feature.kind))]
