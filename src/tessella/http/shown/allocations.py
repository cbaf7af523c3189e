"""What of an allocation is shown to whom: never how likely it was, nor what is believed of variants."""

from __future__ import annotations

from tessella.domain.identifiers import Role
from tessella.http.schemas.allocate import AllocationShown, VariantGiven
from tessella.http.shown.decisions import WITHOUT_REASONS
from tessella.http.shown.times import time_text
from tessella.usecases.experiments.assigning.allocate import Allocation


def allocation_to(role: Role, user: str, given: Allocation) -> AllocationShown:
    """The variant of a user, cut to what a role may see."""
    variant, found = given.variant, given.assignment
    return AllocationShown(
        experiment_id=given.experiment.experiment_id,
        user_identifier=user,
        variant_id=variant.variant_id,
        variant=VariantGiven(variant.variant_id, variant.name, variant.content, variant.overrides),
        segment_key=given.segment_key,
        recorded=found is not None,
        reason=None if role in WITHOUT_REASONS else given.reason,
        assigned_at=time_text(None if found is None else found.assigned_at),
    )
