"""What the server counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tessella.bootstrap import Application
from tessella.domain.decisions import Decision
from tessella.domain.identifiers import Namespace

#: Segments with a label of their own; the rest count together, so that a label never grows without bound.
MOST_SEGMENTS: Final = 200
OTHER: Final = "other"
_SECONDS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5)


class Metrics:
    """The counters of one server."""

    def __init__(self, application: Application) -> None:
        self._registry = CollectorRegistry()
        self._decisions = Counter(
            "tessella_decisions_total", "Decisions.", ["namespace", "segment_id"], registry=self._registry
        )
        self._seconds = Histogram(
            "tessella_decision_seconds", "Time to decide, without reading and writing the request.",
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._rule_errors = Counter(
            "tessella_rule_errors_total", "Rules that failed while they were evaluated.",
            ["namespace"], registry=self._registry,
        )  # fmt: skip
        self._registry.register(_State(application))
        self._counted: dict[tuple[Namespace, str], Counter] = {}

    def decided(self, namespace: Namespace, decision: Decision, began: float) -> None:
        """Count one decision that began at `began` of `perf_counter`."""
        self._seconds.observe(perf_counter() - began)
        self.count(namespace, decision)

    def count(self, namespace: Namespace, decision: Decision) -> None:
        """Count one decision among many whose time was not taken."""
        key = namespace, decision.segment_id
        counter = self._counted.get(key) or self._counter(namespace, decision.segment_id)
        counter.inc()
        for reason in decision.reasons:
            if reason.code == "rule_error":
                self._rule_errors.labels(namespace).inc()

    def _counter(self, namespace: Namespace, segment_id: str) -> Counter:
        if len(self._counted) >= MOST_SEGMENTS:
            return self._decisions.labels(namespace, OTHER)
        counter = self._counted[namespace, segment_id] = self._decisions.labels(namespace, segment_id)
        return counter

    def text(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)


class _State(Collector):
    """Figures that are read off the application when they are asked for."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def collect(self) -> Iterator[Metric]:
        health = self._application.health()
        version = GaugeMetricFamily("tessella_snapshot_version", "The version that serves.", labels=["namespace"])
        failed = GaugeMetricFamily(
            "tessella_snapshot_build_failed", "1 while the newest version could not be built.", labels=["namespace"]
        )
        for namespace, number in health.snapshots.items():
            version.add_metric([namespace], number)
            failed.add_metric([namespace], float(namespace in health.failures))
        yield from (version, failed)
        lost, hits, misses = health.dropped_audit_rows, health.subject_hits, health.subject_misses
        yield CounterMetricFamily("tessella_audit_dropped", "Audit rows that were lost.", value=lost)
        yield CounterMetricFamily("tessella_subject_cache_hits", "Subjects found in memory.", value=hits)
        yield CounterMetricFamily("tessella_subject_cache_misses", "Subjects that had to be read.", value=misses)
        yield GaugeMetricFamily("tessella_write_queue_rows", "Rows that wait to be written.", value=health.waiting_rows)
        yield GaugeMetricFamily("tessella_database_up", "1 while the database answers.", value=health.database_is_up)
