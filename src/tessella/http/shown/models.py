"""How models and their cards are shown: moments as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tessella.domain.features.gate import iso
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import Json
from tessella.domain.predictions.card import Card
from tessella.http.schemas.models import ModelCardShown, ModelShown
from tessella.http.shown.counts import EVERYTHING, Shown
from tessella.ports.models import StoredModel

_SPANS: Final = ("train", "validation", "test")
_COUNTS: Final = ("rows", "positives")
_NAMED: Final = ("segment_id", *_COUNTS)


def model_shown(stored: StoredModel) -> ModelShown:
    """A version."""
    manifest = stored.manifest
    return ModelShown(
        manifest.model_id, manifest.version, manifest.target, manifest.predictor,
        [each.name for each in manifest.inputs], [name for part in manifest.parts for name in part.outputs],
        iso(manifest.trained_at), iso(manifest.cut), manifest.placeholder, stored.state,
        write_instant(stored.activated_at),
    )  # fmt: skip


def card_shown(stored: StoredModel, shown: Shown = EVERYTHING) -> ModelCardShown:
    """A version with its card, whose numbers of rows are as a role is told of them: a row is a subject at a cut."""
    card = stored.manifest.card
    return ModelCardShown(model_shown(stored), None if card is None else _card(card, shown))


def _card(card: Card, shown: Shown) -> dict[str, Json]:
    written = msgspec.to_builtins(card)
    told: dict[str, Json] = {name: _span(written[name], shown) for name in _SPANS}
    if "segments" in written:  # a default is not written
        told["segments"] = [_segment(each, shown) for each in written["segments"]]
    return {**written, **told}


def _span(span: Mapping[str, Json], shown: Shown) -> dict[str, Json]:
    cuts = {name: write_instant(span[name]) for name in ("first_cut", "last_cut")}
    return {**_counted(span, shown), **cuts}


def _segment(segment: Mapping[str, Json], shown: Shown) -> dict[str, Json]:
    """Of few nothing is told but that they are few."""
    told = _counted(segment, shown)
    return told if isinstance(told["rows"], int) else {**dict.fromkeys(told), **{each: told[each] for each in _NAMED}}


def _counted(told: Mapping[str, Json], shown: Shown) -> dict[str, Json]:
    return {**told, **{name: shown.count(told[name]) for name in _COUNTS}}
