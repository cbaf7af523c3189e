"""What the server counts, for Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from time import perf_counter
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tessella.bootstrap import Application
from tessella.domain.decisions import Decision
from tessella.domain.identifiers import Namespace
from tessella.http.rule_errors import RuleErrorLog

#: Segments with a label of their own; the rest count together, so that a label never grows without bound.
MOST_SEGMENTS: Final = 200
OTHER: Final = "other"
_SECONDS: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5)


class Metrics(Collector):
    """The counters of one server, which has one thread: plain numbers, that cost a decision next to nothing."""

    def __init__(self, application: Application) -> None:
        self._decisions: dict[tuple[Namespace, str], int] = {}
        self._rule_errors: dict[Namespace, int] = {}
        self._rule_error_log = RuleErrorLog()
        #: Decisions per bucket, the last one those above every bound; and the sum of their times.
        self._taken = [0] * (len(_SECONDS) + 1)
        self._seconds = 0.0
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._registry.register(_State(application))

    def decided(self, namespace: Namespace, decision: Decision, began: float) -> None:
        """Count one decision that began at `began` of `perf_counter`."""
        seconds = perf_counter() - began
        self._taken[bisect_left(_SECONDS, seconds)] += 1
        self._seconds += seconds
        self.count(namespace, decision)

    def count(self, namespace: Namespace, decision: Decision) -> None:
        """Count one decision among many whose time was not taken."""
        key = (namespace, str(decision.segment_id))
        if key not in self._decisions and len(self._decisions) >= MOST_SEGMENTS:
            key = (namespace, OTHER)
        self._decisions[key] = self._decisions.get(key, 0) + 1
        if decision.reasons[0].code == "rule_error":
            self._rule_errors[namespace] = self._rule_errors.get(namespace, 0) + 1
            self._rule_error_log.note(namespace, decision.reasons[0])

    def collect(self) -> Iterator[Metric]:
        """What was counted."""
        decisions = CounterMetricFamily("tessella_decisions", "Decisions.", labels=["namespace", "segment_id"])
        for (namespace, segment_id), count in self._decisions.items():
            decisions.add_metric([namespace, segment_id], count)
        errors = CounterMetricFamily("tessella_rule_errors", "Rules that failed while evaluated.", labels=["namespace"])
        for namespace, count in self._rule_errors.items():
            errors.add_metric([namespace], count)
        bounds = [*map(str, _SECONDS), "+Inf"]
        buckets = list(zip(bounds, accumulate(map(float, self._taken)), strict=True))
        taken = HistogramMetricFamily("tessella_decision_seconds", "Time to decide, without reading and writing.")
        taken.add_metric([], buckets, self._seconds)
        yield from (decisions, errors, taken)

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
