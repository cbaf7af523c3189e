"""How models are shown."""

from __future__ import annotations

from tessella.domain.features.instants import write_instant
from tessella.domain.predictions.written import write_manifest
from tessella.http.schemas.models import ModelShown
from tessella.ports.models import StoredModel


def model_shown(stored: StoredModel) -> ModelShown:
    """A version, its moments as text."""
    told = write_manifest(stored.manifest)
    return ModelShown(**told, state=stored.state, activated_at=write_instant(stored.activated_at))
