"""What alerts there are: one `AlertRule` each, and one line in `ALERT_RULES`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How soon somebody is to look."""

    #: It can wait.
    INFO = "info"
    #: Today: something is out of date or incomplete.
    WARNING = "warning"
    #: Now: something does not work.
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One way in which things can be wrong."""

    #: Names it in the API, in metrics and in messages.
    name: str
    severity: Severity
    #: What is wrong, in one line; `{key}` stands for what it is wrong with.
    title: str


AUDIENCE_STALE: Final = AlertRule(
    "audience_stale", Severity.WARNING, "The last calculation of audiences failed; the one before is in use."
)
AUDIENCE_DISAGREES: Final = AlertRule(
    "audience_disagrees", Severity.WARNING, "Subjects are in other segments online than set-wise."
)
EXPERIMENT_ACTIVATION_FAILED: Final = AlertRule(
    "experiment_activation_failed", Severity.WARNING, "The experiment {key} should be segmented by now and is not."
)
EXPERIMENT_CLUSTERS_FAILED: Final = AlertRule(
    "experiment_clusters_failed", Severity.WARNING, "The last training of clusters for the experiment {key} failed."
)
EXPERIMENT_CLUSTERS_STALE: Final = AlertRule(
    "experiment_clusters_stale", Severity.WARNING, "The clusters of the experiment {key} are older than a week."
)
EXPERIMENT_FAILED: Final = AlertRule(
    "experiment_failed", Severity.CRITICAL, "What the experiment {key} has seen cannot be learned from."
)
EXPERIMENT_GUARDRAIL: Final = AlertRule(
    "experiment_guardrail", Severity.CRITICAL, "A variant of the experiment {key} makes a guardrail metric worse."
)
EXPERIMENT_SAMPLE_RATIO: Final = AlertRule(
    "experiment_sample_ratio",
    Severity.CRITICAL,
    "Variants of the experiment {key} were not given as often as their weights say.",
)
EXPERIMENT_SEGMENT_LOW: Final = AlertRule(
    "experiment_segment_low", Severity.WARNING, "A segment brings less than half of what the others do: {key}."
)
EXPERIMENT_STALE: Final = AlertRule(
    "experiment_stale", Severity.CRITICAL, "The experiment {key} no longer learns: its last report is old."
)
JOB_FAILED: Final = AlertRule("job_failed", Severity.WARNING, "The last run of the job {key} failed.")
MAIL_FAILING: Final = AlertRule("mail_failing", Severity.WARNING, "Messages by e-mail were given up.")
MODEL_DRIFT: Final = AlertRule(
    "model_drift", Severity.WARNING, "Subjects are no longer like those that the model {key} has learned from."
)
MODEL_OUTCOMES: Final = AlertRule(
    "model_outcomes", Severity.WARNING, "What the model {key} said has not happened as it said."
)
PERSONALIZATION_CACHE: Final = AlertRule(
    "personalization_cache", Severity.WARNING, "Most rankings of the namespace {key} are computed while somebody waits."
)
PERSONALIZATION_EXTRACTION: Final = AlertRule(
    "personalization_extraction",
    Severity.WARNING,
    "Vectors of the namespace {key} could not be computed without fault.",
)
PERSONALIZATION_OPT_OUTS: Final = AlertRule(
    "personalization_opt_outs", Severity.WARNING, "More subjects of the namespace {key} opt out than usual."
)
SOURCE_OLD: Final = AlertRule("source_old", Severity.WARNING, "The source {key} is older than expected.")
TAXONOMY_ACCURACY: Final = AlertRule(
    "taxonomy_accuracy", Severity.WARNING, "Players of the game {key} are in other segments by half of their days."
)
TAXONOMY_CONFIDENCE: Final = AlertRule(
    "taxonomy_confidence", Severity.WARNING, "Profiles of the game {key} are less sure than they should be."
)
TAXONOMY_ERRORS: Final = AlertRule(
    "taxonomy_errors", Severity.CRITICAL, "Requests about players of the namespace {key} fail."
)
TAXONOMY_SLOW: Final = AlertRule(
    "taxonomy_slow", Severity.WARNING, "Requests about players of the namespace {key} take long."
)
TAXONOMY_VARIANCE: Final = AlertRule(
    "taxonomy_variance", Severity.WARNING, "The axes of the game {key} explain too little of how players differ."
)
WEBHOOK_FAILING: Final = AlertRule("webhook_failing", Severity.WARNING, "Deliveries to webhook {key} were given up.")

#: By name. A rule that is no longer raised stays: alerts of it are stored.
ALERT_RULES: Final[Mapping[str, AlertRule]] = {
    each.name: each
    for each in (
        AUDIENCE_DISAGREES, AUDIENCE_STALE,
        EXPERIMENT_ACTIVATION_FAILED, EXPERIMENT_CLUSTERS_FAILED, EXPERIMENT_CLUSTERS_STALE, EXPERIMENT_FAILED,
        EXPERIMENT_GUARDRAIL, EXPERIMENT_SAMPLE_RATIO, EXPERIMENT_SEGMENT_LOW, EXPERIMENT_STALE,
        JOB_FAILED, MAIL_FAILING, MODEL_DRIFT, MODEL_OUTCOMES,
        PERSONALIZATION_CACHE, PERSONALIZATION_EXTRACTION, PERSONALIZATION_OPT_OUTS, SOURCE_OLD,
        TAXONOMY_ACCURACY, TAXONOMY_CONFIDENCE, TAXONOMY_ERRORS, TAXONOMY_SLOW, TAXONOMY_VARIANCE, WEBHOOK_FAILING,
    )
}  # fmt: skip
