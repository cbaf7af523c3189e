"""Rewards, and what becomes of them."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from tessella.domain.identifiers import ExperimentId, Instant, SubjectId


class ConversionOutcome(StrEnum):
    """What became of a reward."""

    COUNTED = "counted"
    #: The same event came before: it changes nothing.
    DUPLICATE = "duplicate"
    #: After the attribution window, or when the experiment had stopped: kept, and not counted.
    LATE = "late"
    #: Of a unit that was forced: kept, and not counted.
    FORCED = "forced"
    #: Of a user who has switched personalization off: not kept.
    OPTED_OUT = "opted_out"


class Conversion(msgspec.Struct, frozen=True):
    """One reward of one unit by one metric."""

    experiment_id: ExperimentId
    user_identifier: SubjectId
    #: Unique for a unit and metric: whoever sends it again changes nothing.
    event_id: str
    metric: str
    value: float
    at: Instant
