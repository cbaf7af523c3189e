"""Long work and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from tessella.domain.identifiers import Json
from tessella.domain.segments.proposing.search import HORIZON_DAYS, MIN_SUPPORT
from tessella.http.schemas.decide import TimeText
from tessella.http.schemas.problem import Fault
from tessella.ports.jobs import RunLine, RunState


class ComputeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which features to compute."""

    #: The moment for which the values are true; the moment of asking when it is absent.
    as_of: TimeText | None = None


class ProposeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which groups to look for."""

    #: The cut; `horizon_days` before the moment of asking when it is absent.
    as_of: TimeText | None = None
    #: How many days after the cut are looked at, 1 to 365.
    horizon_days: int = HORIZON_DAYS
    #: The type of the events that are purchases.
    purchase_type: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] = "purchase"
    #: The property of a purchase that holds its category.
    category_field: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] = "category"
    #: The fewest subjects of a proposed group, 20 or more.
    min_support: int = MIN_SUPPORT
    #: Keep each group as the draft of a segment.
    save_drafts: bool = False


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


class JobLog(msgspec.Struct, frozen=True):
    """The first line first; lines of an earlier attempt stay when a run is tried again."""

    items: list[RunLine]
