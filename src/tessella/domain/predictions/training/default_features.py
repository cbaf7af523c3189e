"""What is learned from events where a namespace declares no feature that is computed from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName

#: Recency, frequency and spend: name, type, kind, and what it is, in the words of people.
_TOLD: Final[Sequence[tuple[str, FeatureType, Mapping[str, Any], str]]] = (
    ("recency_days", FeatureType.NUMBER, {"kind": "days_since"}, "Days since the subject was last active."),
    ("active_28d", FeatureType.INTEGER, {"kind": "count", "window_days": 28}, "Events of the last 28 days."),
    ("active_84d", FeatureType.INTEGER, {"kind": "count", "window_days": 84}, "Events of the last 84 days."),
    ("active_365d", FeatureType.INTEGER, {"kind": "count", "window_days": 365}, "Events of the last 365 days."),
    ("value_28d", FeatureType.NUMBER, {"kind": "sum", "window_days": 28}, "Their values of the last 28 days, added."),
    ("value_84d", FeatureType.NUMBER, {"kind": "sum", "window_days": 84}, "Their values of the last 84 days, added."),
    ("value_365d", FeatureType.NUMBER, {"kind": "sum", "window_days": 365}, "Their values of the last year, added."),
    ("mean_value_365d", FeatureType.NUMBER, {"kind": "mean", "window_days": 365}, "The mean value of the last year."),
)
_OF_VALUES: Final = ("sum", "mean")


def default_features(activity: Sequence[str]) -> dict[FeatureName, Feature]:
    """Declarations over the events of these types.

    >>> default_features(["purchase"])["activity.recency_days"].kind
    {'kind': 'days_since', 'event_type': 'purchase'}
    """
    declared = (_declared(name, kind, options, text, activity) for name, kind, options, text in _TOLD)
    return {each.name: each for each in declared}


def _declared(name: str, kind: FeatureType, options: Mapping[str, Any], text: str, activity: Sequence[str]) -> Feature:
    of_values = {"field": "value"} if options["kind"] in _OF_VALUES else {}
    return Feature(
        FeatureName(f"activity.{name}"), kind, group="Activity", description=text,
        kind={**options, **selected(activity), **of_values},
    )  # fmt: skip


def selected(activity: Sequence[str]) -> dict[str, Any]:
    """Which events count: the options of a kind that say that they are of one of these types."""
    if len(activity) == 1:
        return {"event_type": activity[0]}
    return {"where": {"in": ["event.event_type", list(activity)]}}
