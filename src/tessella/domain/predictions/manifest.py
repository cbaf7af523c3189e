"""What is written beside a model's files, and checked before any of them is used."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import msgspec

from tessella.domain.identifiers import Instant
from tessella.domain.predictions.card import Card
from tessella.domain.predictions.inputs import Input
from tessella.domain.predictions.population import Population
from tessella.domain.predictions.reliability import Reliability
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.thresholds import Thresholds

FORMAT: Final = 1


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One file of a model. It maps a float32 matrix (subjects, width of the inputs) to one (subjects, outputs)."""

    #: A plain name in the model's folder, such as `churn.onnx` or `churn.tflite`.
    file: str
    sha256: str
    #: What each column of the answer is: `churn`, or the ids of offers.
    outputs: tuple[str, ...]
    #: Makes probabilities of what the file says, an entry for each output; empty when it says them itself.
    reliability: tuple[Reliability, ...] = ()


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One immutable version of a model."""

    model_id: str
    version: int
    target: Target
    #: The name in the registry of predictors; several, with commas, where offers have different ones.
    predictor: str
    #: In the order in which the files take them.
    inputs: tuple[Input, ...]
    #: One file that tells all, or one for each offer.
    parts: tuple[Part, ...]
    trained_at: Instant
    #: Nothing that happened after this moment was read as a feature.
    cut: Instant
    thresholds: Thresholds = Thresholds()
    #: Made to try things out: predictions carry a warning and never feed a rule.
    placeholder: bool = False
    #: None of a placeholder, and where nothing could be held out.
    card: Card | None = None
    #: What every answer from it says besides, in a sentence or two; empty where nothing has to be said.
    warning: str = ""
    #: Whom it learned from; None where that is not known, or where its inputs do not tell who is one of them.
    population: Population | None = None
    format: int = FORMAT


def part_of(file: str, content: bytes, outputs: tuple[str, ...], reliability: tuple[Reliability, ...] = ()) -> Part:
    """The part that a file with this content is."""
    return Part(file, sha256(content).hexdigest(), outputs, reliability)


def encoded(manifest: Manifest) -> bytes:
    """The content of a manifest's file."""
    return msgspec.json.format(msgspec.json.encode(manifest))
