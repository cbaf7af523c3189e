"""What a team declares of a prediction: what it tells, of whom, and what it is trained on."""

from __future__ import annotations

from typing import Final

import msgspec

from tessella.domain.identifiers import FeatureName, OfferId, PredictionId
from tessella.domain.predictions.monitoring.limits import Limits
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.thresholds import Thresholds

#: The history that is kept here, as opposed to a source of customers.
EVENTS: Final = "events"


class PredictionSetup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One prediction, as it is written in JSON, YAML and the database. Its models are its trained versions."""

    prediction_id: PredictionId
    target: Target
    #: `events`, or the id of a source of customers whose column `label` says what happened.
    source: str = EVENTS
    #: What a model may read; empty: every feature that the source gives, personal ones excluded.
    features: tuple[FeatureName, ...] = ()
    #: Events: the types with which a subject is active.
    activity: tuple[str, ...] = ("purchase",)
    #: Events: a subject is lost without activity for so many days after a cut.
    horizon_days: int = 28
    #: Only subjects who were active so many days before a cut are learned from.
    active_days: int = 84
    #: Events: cuts are so many days apart, a horizon or more.
    cut_every_days: int = 28
    #: Events: how many; the last is the test, and those before it the validation.
    cuts: int = 6
    #: Source: the column that says what happened.
    label: str = ""
    #: Source: the column that says when a row was known; without one, the test is a part by chance.
    time: str = ""
    thresholds: Thresholds = Thresholds()
    limits: Limits = Limits()


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One offer that can be made to a subject."""

    offer_id: OfferId
    name: str
    #: What an acceptance is worth, in US dollars, 0 or more.
    value_usd: float = 0.0
    active: bool = True
