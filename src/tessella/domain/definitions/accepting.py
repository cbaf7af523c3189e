"""What is asked of a definition when somebody writes it, and not of what is stored already."""

from __future__ import annotations

from tessella.domain.definitions.records import Definition
from tessella.domain.errors import Faults
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import Pointer
from tessella.domain.personalization.vectors.formulas import field_faults
from tessella.domain.privacy.feature_guard import feature_faults


def check_written(definition: Definition, at: Pointer) -> None:
    """Raises `Faults` for a feature that would hold personal data, or a field of vectors of another type."""
    if not isinstance(definition, Feature):
        return
    if faults := [*feature_faults(definition, at), *field_faults(definition, at)]:
        raise Faults(faults)
