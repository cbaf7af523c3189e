"""What is told of personalization and of jobs. Source: requirement D, "Monitoring"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client.core import Metric

from tessella.http.metrics.families import counter, gauge
from tessella.http.metrics.report import Report

_NAMESPACE: Final = ("namespace",)
#: As of the last nightly refresh: the metric, and what it says.
_NIGHTLY: Final = (
    ("extraction_success", "The share of active subjects whose vector was computed without a fault."),
    ("active_subjects", "Subjects who were active, and have not opted out."),
    ("opt_out_rate", "The share of subjects with settings who have opted out; left out of fewer than 20."),
    ("refresh_age_seconds", "How long ago vectors were last refreshed."),
)
#: Of the last run of a job that is over, likewise.
_JOBS: Final = (
    ("seconds", "How long the last run of the job took."),
    ("failed", "1 while the last run of the job has failed."),
    ("age_seconds", "How long ago the last run of the job was over."),
)


def personalization_figures(report: Report) -> Iterator[Metric]:
    """Rankings by what became of them, the figures of the last night, and the last run of each job."""
    told = {(namespace, word): n for namespace, each in report.rankings.items() for word, n in each.items()}
    words = "Rankings of personalization: cached, computed, or why they were not personal."
    yield counter("tessella_personalization_rankings", words, told, ("namespace", "outcome"))
    for name, words in _NIGHTLY:
        last = {(namespace,): each[name] for namespace, each in report.personalization.items() if name in each}
        yield gauge(f"tessella_personalization_{name}", words, last, _NAMESPACE)
    runs = {(namespace, job): each for namespace, jobs in report.jobs.items() for job, each in jobs.items()}
    for name, words in _JOBS:
        yield gauge(
            f"tessella_job_{name}", words, {run: each[name] for run, each in runs.items()}, ("namespace", "job")
        )
