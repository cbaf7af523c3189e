"""Who got what: the first assignment of a unit, which holds for ever."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.domain.identifiers import ExperimentId, Instant, Json, SubjectId, VariantId


class Assignment(msgspec.Struct, frozen=True, gc=False):
    """One unit of one experiment. A struct: one is made for every new unit, and many are kept."""

    experiment_id: ExperimentId
    #: The unit, as the caller names their user.
    user_identifier: SubjectId
    variant_id: VariantId
    #: Its position among the variants of the experiment.
    variant: int
    segment_key: str
    policy_version: int
    #: Of each variant in the order of the experiment, as it was before the draw: they sum to 1.
    propensities: tuple[float, ...]
    in_holdout: bool
    assigned_at: Instant
    #: The record of `context/`: channel, source, device and so on; no personal data.
    context: Mapping[str, Json] = {}
    #: A test's wish: it is no draw, and not analysed.
    forced: bool = False
