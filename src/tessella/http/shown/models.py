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
from tessella.ports.models import StoredModel

_SPANS: Final = ("train", "validation", "test")


def model_shown(stored: StoredModel) -> ModelShown:
    """A version."""
    manifest = stored.manifest
    return ModelShown(
        manifest.model_id, manifest.version, manifest.target, manifest.predictor,
        [each.name for each in manifest.inputs], [name for part in manifest.parts for name in part.outputs],
        iso(manifest.trained_at), iso(manifest.cut), manifest.placeholder, stored.state,
        write_instant(stored.activated_at),
    )  # fmt: skip


def card_shown(stored: StoredModel) -> ModelCardShown:
    """A version with its card."""
    card = stored.manifest.card
    return ModelCardShown(model_shown(stored), None if card is None else _card(card))


def _card(card: Card) -> dict[str, Json]:
    written = msgspec.to_builtins(card)
    return {**written, **{name: _span(written[name]) for name in _SPANS}}


def _span(span: Mapping[str, Json]) -> dict[str, Json]:
    cuts = {name: write_instant(span[name]) for name in ("first_cut", "last_cut")}
    return {**span, **cuts}
