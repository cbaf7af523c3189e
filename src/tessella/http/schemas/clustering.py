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
    #: The last training that was asked for: a run under `/api/v1/jobs`.
    job_id: str | None
