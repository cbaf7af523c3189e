"""What the overview of a namespace counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.identifiers import ExperimentId, Instant, SegmentId

MINUTE_US: Final = 60_000_000
#: Minutes that are told one by one.
MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """Recorded decisions: how many, when, and of which segments."""

    #: Of the last hour, by the moment at which a minute begins; minutes without a decision are left out.
    per_minute: Mapping[Instant, int]
    by_segment: Mapping[SegmentId, int]
    #: From when on all are counted: a day ago, or later where there are very many.
    since: Instant


@dataclass(frozen=True, slots=True)
class FailingJob:
    """A job whose last run of those that were asked for lately has failed."""

    job: str
    run_id: str
    #: How many of these runs have.
    failures: int
    failed_at: Instant
    problem: str


@dataclass(frozen=True, slots=True)
class OpenRecommendations:
    """What is recommended for an experiment, and not decided."""

    experiment_id: ExperimentId
    count: int
    since: Instant


@dataclass(frozen=True, slots=True)
class OverviewFigures:
    """What one look at the database tells."""

    decisions: DecisionFigures
    failing_jobs: Sequence[FailingJob]
    recommendations: Sequence[OpenRecommendations]
    has_events: bool
    has_facts: bool
    has_decisions: bool
    #: When the calculation of audiences in use was made, of whatever moment it is; None where there is none.
    audiences_made_at: Instant | None
