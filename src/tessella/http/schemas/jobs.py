"""Long work and how far it is."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.domain.identifiers import Json
from tessella.http.schemas.decide import TimeText
from tessella.http.schemas.problem import Fault
from tessella.ports.jobs import RunState


class ComputeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which features to compute."""

    #: The moment for which the values are true; the moment of asking when it is absent.
    as_of: TimeText | None = None


class RunProblem(msgspec.Struct, frozen=True):
    """Why a run failed."""

    type: str
    detail: str
    errors: list[Fault]


class JobRunShown(msgspec.Struct, frozen=True):
    """One run of a job."""

    run_id: str
    job: str
    state: RunState
    #: The share that is done, 0 to 1.
    progress: float
    inputs: Mapping[str, Json]
    #: Of a run that succeeded.
    result: Json
    #: Of a run that failed.
    error: RunProblem | None
    #: How often a worker began with it.
    attempts: int
    asked_at: str
    started_at: str | None
    #: When its worker last said that it goes on.
    heartbeat_at: str | None
    finished_at: str | None


class JobPage(msgspec.Struct, frozen=True):
    """The last one asked for first."""

    items: list[JobRunShown]
    next_cursor: str | None
