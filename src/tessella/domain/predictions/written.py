"""Models and their cards as they are shown: moments as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tessella.domain.features.gate import iso
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import Json
from tessella.domain.predictions.card import Card
from tessella.domain.predictions.manifest import Manifest

_SPANS: Final = ("train", "validation", "test")


def write_manifest(manifest: Manifest) -> dict[str, Any]:
    """What a list tells of a model."""
    return {
        "model_id": manifest.model_id,
        "version": manifest.version,
        "target": manifest.target,
        "predictor": manifest.predictor,
        "features": [each.name for each in manifest.inputs],
        "outputs": [name for part in manifest.parts for name in part.outputs],
        "trained_at": iso(manifest.trained_at),
        "cut": iso(manifest.cut),
        "placeholder": manifest.placeholder,
    }


def write_card(card: Card) -> dict[str, Json]:
    """The whole card."""
    written = msgspec.to_builtins(card)
    return {**written, **{name: _span(written[name]) for name in _SPANS}}


def _span(span: Mapping[str, Json]) -> dict[str, Json]:
    cuts = {name: write_instant(span[name]) for name in ("first_cut", "last_cut")}
    return {**span, **cuts}
