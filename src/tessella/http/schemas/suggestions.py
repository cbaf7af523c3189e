"""Values that are suggested to the author of a rule."""

from __future__ import annotations

import msgspec

from tessella.domain.audiences.suggested import NoValues
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json


class SuggestedValue(msgspec.Struct, frozen=True):
    """A value; of a list of texts, one of its texts."""

    value: Json
    #: Who has it; null where it is only declared to be allowed.
    subjects: int | None
    #: Of those who have a value, 0 to 1; null likewise.
    share: float | None


class QuantilesShown(msgspec.Struct, frozen=True):
    """Between what values lie; of a timestamp, ISO 8601."""

    minimum: float | str
    p25: float | str
    median: float | str
    p75: float | str
    maximum: float | str


class FeatureValuesShown(msgspec.Struct, frozen=True):
    """What may be suggested of one feature."""

    feature: str
    type: FeatureType
    #: The most frequent first; those that are allowed and nobody has come last. Nothing that too few subjects share.
    values: list[SuggestedValue]
    #: Of numbers, integers and timestamps, in place of values.
    quantiles: QuantilesShown | None
    #: The moment of the calculation of audiences that was read, every subject of it; null where none was.
    as_of: str | None
    #: Subjects who have a value.
    subjects: int
    #: Why there is neither; empty where there is, or where no text begins so.
    why_none: NoValues
