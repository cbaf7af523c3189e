"""Models: their versions, and the card of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from tessella.domain.identifiers import Json
from tessella.domain.predictions.target import Target
from tessella.http.schemas.history import VersionNumber
from tessella.ports.models import ModelState


class ModelShown(msgspec.Struct, frozen=True):
    """One version of a model."""

    #: The id of the prediction that it is a model of.
    model_id: str
    version: int
    target: Target
    predictor: str
    #: What it reads of a subject, in the order of its inputs.
    features: Sequence[str]
    #: What it tells a probability of.
    outputs: Sequence[str]
    trained_at: str
    #: Nothing that happened after this moment was read as a feature.
    cut: str
    #: Whether it was made to try things out.
    placeholder: bool
    state: ModelState
    #: When it was last made the active one.
    activated_at: str | None


class ModelsShown(msgspec.Struct, frozen=True):
    """Every version of every model: by model, the newest first."""

    items: Sequence[ModelShown]


class ModelCardShown(msgspec.Struct, frozen=True):
    """A version with its card."""

    model: ModelShown
    #: The data that it was trained and tested on, its quality with intervals, the predictors that were tried, why this
    #: one was published, and what may be wrong with it. Null where it brought none.
    card: Mapping[str, Json] | None


class ActivateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version to make the active one."""

    version: VersionNumber
