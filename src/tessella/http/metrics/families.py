"""Counters and gauges with labels, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

LabelValues = TypeVar("LabelValues", bound=tuple[str, ...])

_SEGMENT: Final = ("namespace", "segment_id")


def counter(name: str, words: str, values: Mapping[LabelValues, float], labels: tuple[str, ...] = _SEGMENT) -> Metric:
    """Counts that only rise, by their labels."""
    family = CounterMetricFamily(name, words, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family


def gauge(name: str, words: str, values: Mapping[LabelValues, float], labels: tuple[str, ...] = _SEGMENT) -> Metric:
    """Values as they are now, by their labels."""
    family = GaugeMetricFamily(name, words, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family
