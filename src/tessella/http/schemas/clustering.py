"""Clusters of contexts."""

from __future__ import annotations

import msgspec

from tessella.usecases.experiments.clusters.status import ClusteringState


class ClusterNamed(msgspec.Struct, frozen=True):
    """One cluster."""

    #: As assignments and segments have it.
    segment_key: str
    #: What sets it apart.
    name: str
    #: Of the training.
    units: int


class ClustersTried(msgspec.Struct, frozen=True):
    """One number of clusters that a training tried."""

    count: int
    #: How much shorter contexts are described by them, in nats for each context.
    saved: float
    #: How well they explain rewards, against no clusters: the logarithm of a Bayes factor.
    log_bayes_factor: float


class ClusteringShown(msgspec.Struct, frozen=True):
    """How far the clusters of an experiment are."""

    status: ClusteringState
    #: When they were last looked for; null before the first time.
    trained_at: str | None
    #: Whether that is more than seven days ago.
    stale: bool
    #: How many there are, and how many a training needs.
    assignments: int
    needed: int
    clusters: list[ClusterNamed]
    #: Why the last training found none; empty where it found some, and where it was no run of a job.
    reason: str
    #: What it tried; empty where no two fields go together.
    tried: list[ClustersTried]
    #: The last training that was asked for: a run under `/api/v1/jobs`.
    job_id: str | None
