"""Predict for one customer: what is asked, and what is told."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from tessella.domain.predictions.prediction import Churn, NextBestOffer, RfmCell
from tessella.domain.predictions.target import PredictionType


class CustomerPredictBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to predict of a customer."""

    type: PredictionType


class ThresholdsShown(msgspec.Struct, frozen=True):
    """The least probability of each risk; below medium it is low."""

    high: float
    medium: float


class CustomerPredictionShown(msgspec.Struct, frozen=True, kw_only=True):
    """A prediction for one customer, under the name of its type. What cannot be told is null in it."""

    customer_id: str
    mode: Literal["customer"] = "customer"
    type: PredictionType
    churn: Churn | UnsetType = UNSET
    nbo: NextBestOffer | UnsetType = UNSET
    rfm: RfmCell | UnsetType = UNSET
    #: Of churn.
    thresholds: ThresholdsShown | UnsetType = UNSET
    #: Null for rfm, which has no model.
    model_version: int | None
    #: The moment of the oldest of the values that are known of them; null where nothing was predicted.
    as_of: str | None
    #: Whether values behind it could not be read anew.
    stale: bool
    #: What to know before it is used; null when there is nothing.
    warning: str | None
