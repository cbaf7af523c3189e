"""What each field of a vector is computed by: a feature kind over events, as a team would declare it.

A field counts events of these types, in windows that end at the moment of the refresh:

- `engagement_score` = min(1, `content_completed` / `content_started`), of 30 days;
- `notification_ctr` = min(1, `notification_clicked` / `notification_sent`), of 30 days;
- `session_count_7d`, `session_count_30d` = the number of `session_started`;
- `avg_session_duration_sec` = the mean property `duration_sec` of `session_ended`, of 30 days;
- `preferred_time_slot` = the hour with the most `session_started`, of 30 days, by the clock of the property
  `timezone_offset` where that is told, else UTC;
- `device_type`, `country_code` = the most frequent property of that name, of 30 days;
- `timezone_offset` = the last property of that name, of 30 days.

A namespace that records other events declares a feature of the field's name and type (source `fact`, with a `kind`):
its kind takes the place of ours, and the `allowed_values` of `device_type` that of our list.

Source: requirement D, "Feature Vector (Privacy-Safe)".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tessella.domain.errors import TessellaError, WrongShape
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.parse import parse_kind
from tessella.domain.features.schema import Feature, Source
from tessella.domain.identifiers import FeatureName, Pointer, point
from tessella.domain.personalization.vector import VECTOR_FIELDS, VECTOR_TYPES
from tessella.domain.personalization.vectors.ranges import DEVICE_MAX_LENGTH, RANGES, OneOf, Range

#: Who has an event of so many days is active: only they have a vector.
ACTIVE_DAYS: Final = 30

#: The declaration of each field, unless a namespace has one of its own.
KINDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "engagement_score": {"kind": "ratio", "event_type": "content_completed", "of": "content_started"},
    "notification_ctr": {"kind": "ratio", "event_type": "notification_clicked", "of": "notification_sent"},
    "session_count_7d": {"kind": "count", "event_type": "session_started", "window_days": 7},
    "session_count_30d": {"kind": "count", "event_type": "session_started"},
    "avg_session_duration_sec": {"kind": "mean", "event_type": "session_ended", "field": "duration_sec"},
    "preferred_time_slot": {"kind": "top_hour", "event_type": "session_started", "field": "timezone_offset"},
    "device_type": {"kind": "top_value", "field": "device_type"},
    "country_code": {"kind": "top_value", "field": "country_code"},
    "timezone_offset": {"kind": "last_number", "field": "timezone_offset"},
}


@dataclass(frozen=True, slots=True)
class Formula:
    """How one field is computed, and which values it may have."""

    field: str
    kind: FeatureKind
    range: Range


def formulas(declared: Mapping[FeatureName, Feature]) -> tuple[Formula, ...]:
    """How each field is computed in a namespace, in the order of the table. Raises what `parse_kind` raises."""
    return tuple(_formula(field, declared.get(FeatureName(field))) for field in VECTOR_FIELDS)


def _formula(field: str, declared: Feature | None) -> Formula:
    if declared is None or not _computes(declared):
        declared = Feature(FeatureName(field), VECTOR_TYPES[field], kind={"window_days": ACTIVE_DAYS, **KINDS[field]})
    kind = parse_kind(declared)
    assert kind is not None, "a formula has a kind"
    return Formula(field, kind, _devices(declared) or RANGES[field])


def _devices(declared: Feature) -> Range | None:
    """The kinds of devices that a namespace declares."""
    words = tuple(each for each in declared.allowed_values if isinstance(each, str) and len(each) <= DEVICE_MAX_LENGTH)
    return OneOf(words) if words and declared.name == "device_type" else None


def _computes(declared: Feature) -> bool:
    return declared.source is Source.FACT and declared.kind is not None and declared.type is VECTOR_TYPES[declared.name]


def field_faults(feature: Feature, at: Pointer) -> Iterator[TessellaError]:
    """What is wrong with a declaration that has the name of a field: `at` points at it.

    >>> [each.pointer for each in field_faults(Feature("device_type", VECTOR_TYPES["engagement_score"]), "")]
    ['/type']
    """
    kind = VECTOR_TYPES.get(feature.name)
    if kind is not None and feature.type is not kind:
        problem = f'"{feature.name}" is a field of the vectors of personalization, whose type is {kind}.'
        yield WrongShape(point(at, "type"), problem, f"Declare it as {kind}, or choose another name.")
