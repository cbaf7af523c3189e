"""A report in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.domain.taxonomy.monitoring import BOUNDS
from tessella.http.metrics.families import counter, gauge
from tessella.http.metrics.figures import FIGURES
from tessella.http.metrics.labels import MOST_NAMED, Label, labelled, largest
from tessella.http.metrics.personalization import personalization_figures
from tessella.http.metrics.report import SECONDS, Answers, Report

_OUTCOMES: Final[Mapping[str, Callable[[OutcomeCounts], int]]] = {
    "impressions": lambda each: each.impressions,
    "clicks": lambda each: each.clicks,
    "conversions": lambda each: each.conversions,
}
#: Of the last check of consistency: the metric, the figure, and what it says.
_CHECKS: Final = (
    ("consistency_compared", "compared", "Subjects that the last check has decided online and set-wise."),
    ("consistency_disagreed", "disagreed", "Of these, those in other segments online than set-wise."),
    ("consistency_checked_timestamp_seconds", "made_at", "When the last check was made, in seconds since 1970."),
)
#: Of the active version of a model, likewise.
_MODELS: Final = (
    ("psi", "The largest PSI of an input against the training, when it was last looked at."),
    ("calibration_error", "How far probabilities were from what happened, as far as that is known."),
    ("age_seconds", "How long ago the active version was trained or brought."),
)
#: Of an experiment that has a report, likewise.
_EXPERIMENTS: Final = (
    ("units", "Units that were assigned, as of the last report."),
    ("refresh_seconds", "How long the refresh took that made the last report."),
    ("report_age_seconds", "How long ago the last report was made."),
    ("policy_age_seconds", "How long ago the weights that hold were published."),
)
#: Of a game's taxonomy in force, likewise.
_TAXONOMIES: Final = (
    ("variance_explained", "The share of the variance of all metrics that axes account for."),
    (
        "categorization_accuracy",
        "On axes with groups, the share of players who are told the same by half of their days.",
    ),
    ("average_confidence", "How sure players' profiles are, on the average."),
    ("players", "Players that it was calibrated on."),
    ("age_seconds", "How long ago it was calibrated."),
)


def text(report: Report) -> bytes:
    """Every figure of the report."""
    registry = CollectorRegistry()
    registry.register(_Report(report))
    return generate_latest(registry)


class _Report(Collector):
    def __init__(self, report: Report) -> None:
        self._report = report

    def collect(self) -> Iterator[Metric]:
        report, own = self._report, largest(self._report.decisions)
        yield counter("tessella_decisions", "Decisions.", labelled(report.decisions, own))
        yield from _outcomes(labelled(report.outcomes, own))
        yield _times("decision", "Time to decide, without reading and writing.", report.taken, report.seconds)
        words = "Time to recommend, with reading and without writing."
        yield _times("recommendation", words, report.ranking, report.ranking_seconds)
        items = {(namespace,): count for namespace, count in report.items.items()}
        yield counter("tessella_recommended_items", "Items that were recommended.", items, ("namespace",))
        told = {
            (namespace, kind): count for namespace, kinds in report.predicted.items() for kind, count in kinds.items()
        }
        yield counter("tessella_model_predictions", "Predictions that were told.", told, ("namespace", "type"))
        yield from _figures_of("model", _MODELS, report.models, "model_id")
        yield from _figures_of("experiment", _EXPERIMENTS, report.experiments, "experiment_id")
        yield from _figures_of("taxonomy", _TAXONOMIES, report.taxonomies, "game_id")
        yield from _answers(report.answers)
        became = {(namespace, word): n for namespace, each in report.rewards.items() for word, n in each.items()}
        words = "Rewards of experiments, by what became of them."
        yield counter("tessella_experiment_conversions", words, became, ("namespace", "outcome"))
        yield from _counts(report)
        yield from personalization_figures(report)
        alerts = {(namespace, rule): n for namespace, rules in report.alerts.items() for rule, n in rules.items()}
        yield gauge("tessella_alerts_open", "Alerts that are not resolved.", alerts, ("namespace", "rule"))
        yield from _by_namespace(report)
        for each in FIGURES:
            family = CounterMetricFamily if each.is_counter else GaugeMetricFamily
            yield family(each.name, each.text, value=report.figures[each.name])


def _figures_of(
    what: str,
    figures: Sequence[tuple[str, str]],
    report: Mapping[str, Mapping[str, Mapping[str, float]]],
    label: str,
) -> Iterator[Metric]:
    """Gauges of models, experiments or taxonomies, by namespace and id: of so many, that a scrape stays small."""
    told = {(namespace, name): each for namespace, found in report.items() for name, each in found.items()}
    shown = sorted(told.items())[:MOST_NAMED]
    for name, words in figures:
        values = {named: each[name] for named, each in shown if name in each}
        yield gauge(f"tessella_{what}_{name}", words, values, ("namespace", label))


def _answers(found: Mapping[str, Answers]) -> Iterator[Metric]:
    """Requests about players: requirement C watches their 95th percentile and the share of errors."""
    words = "Time to tell a player's segments or anomalies, with reading and without writing."
    taken = HistogramMetricFamily("tessella_player_answer_seconds", words, labels=("namespace",))
    for namespace, each in found.items():
        taken.add_metric([namespace], _buckets(BOUNDS, each.taken), each.seconds)
    yield taken
    errors = {(namespace,): each.errors for namespace, each in found.items()}
    words = "Of these requests, the ones that could not be answered."
    yield counter("tessella_player_answer_errors", words, errors, ("namespace",))


def _outcomes(counted: Mapping[Label, OutcomeCounts]) -> Iterator[Metric]:
    for name, count in _OUTCOMES.items():
        counts = {label: count(each) for label, each in counted.items()}
        yield counter(f"tessella_{name}", f"Events of the type {name.removesuffix('s')}, by their decision.", counts)
    rates = {label: each.clicks / each.impressions for label, each in counted.items() if each.impressions}
    yield gauge("tessella_segment_ctr", "Clicks / impressions, since they were first counted.", rates)
    rates = {label: each.conversions / each.clicks for label, each in counted.items() if each.clicks}
    yield gauge("tessella_segment_cvr", "Conversions / clicks, since they were first counted.", rates)


def _times(what: str, words: str, counts: Sequence[int], seconds: float) -> Metric:
    taken = HistogramMetricFamily(f"tessella_{what}_seconds", words)
    taken.add_metric([], _buckets(SECONDS, counts), seconds)
    return taken


def _buckets(bounds: Sequence[float], counts: Sequence[int]) -> list[tuple[str, float]]:
    return list(zip([*map(str, bounds), "+Inf"], accumulate(map(float, counts)), strict=True))


def _counts(report: Report) -> Iterator[Metric]:
    told = (
        ("tessella_rule_errors", "Rules that failed while evaluated.", report.rule_errors),
        (
            "tessella_beyond_quota", "Requests beyond their caller's quota: refused where quotas are enforced.",
            report.beyond_quota,
        ),
    )  # fmt: skip
    for name, words, counts in told:
        yield counter(name, words, {(namespace,): count for namespace, count in counts.items()}, ("namespace",))


def _by_namespace(report: Report) -> Iterator[Metric]:
    told: tuple[tuple[str, str, Mapping[str, float]], ...] = (
        ("tessella_snapshot_version", "The version that every worker serves at least.", report.versions),
        ("tessella_snapshot_age_seconds", "How long ago it was last known to be the newest.", report.ages),
        ("tessella_snapshot_build_failed", "1 while a newer version cannot be built.", report.failed),
        ("tessella_index_items", "Items that can be ranked.", report.index_items),
        ("tessella_index_age_seconds", "How long ago the ranking index was built.", report.index_ages),
        ("tessella_index_failed", "1 while the active ranking index cannot be loaded.", report.index_failed),
        *((f"tessella_{name}", words, _of_checks(report, figure)) for name, figure, words in _CHECKS),
    )
    for name, words, values in told:
        yield gauge(name, words, {(namespace,): value for namespace, value in values.items()}, ("namespace",))


def _of_checks(report: Report, figure: str) -> Mapping[str, float]:
    return {namespace: each[figure] for namespace, each in report.checks.items()}
