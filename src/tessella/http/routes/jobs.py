"""Long work: asked for, watched, tried again, cancelled."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Json
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import content, decode
from tessella.http.caps import DECISION
from tessella.http.openapi import described, path_parameter
from tessella.http.paging import USUAL
from tessella.http.routes.definitions import Cursor, Limit
from tessella.http.schemas.jobs import ComputeBody, JobLog, JobPage, JobRunShown, ProposeBody
from tessella.http.shown.jobs import problem_shown
from tessella.http.shown.times import time_text
from tessella.ports.jobs import Job, JobRun, RunState

router = APIRouter(prefix="/api/v1", tags=["jobs"])

_ONE: Final = {"parameters": [path_parameter("run_id")]}
_ACCEPTED: Final = HTTPStatus.ACCEPTED
_BEGUN: Final = described(answer="JobRunShown", status=_ACCEPTED)
#: A record that a body is.
Body = TypeVar("Body", bound=msgspec.Struct)


def optional(body: str) -> dict[str, Any]:
    """A body that may be left out."""
    return {"requestBody": described(body=body)["requestBody"] | {"required": False}}


OfJob = Annotated[Job | None, Query(description="Only runs of this job.")]
InState = Annotated[RunState | None, Query(description="Only runs in this state.")]


@router.post("/features/compute", status_code=_ACCEPTED, openapi_extra=_BEGUN | optional("ComputeBody"))
async def compute_features(request: Request) -> Response:
    """Compute every feature that has a kind from the stored events, apart from this request.

    While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "features.compute") as session:
        body = await read_if_any(request, ComputeBody)
        as_of = None if body.as_of is None else read_instant(body.as_of, "/as_of")
        return accepted(await usecases.ask_for_features(session, as_of))


@router.post("/audit/verify", status_code=_ACCEPTED, openapi_extra=_BEGUN)
async def verify_audit(request: Request) -> Response:
    """Read the whole audit and find what was altered, taken away, put in or moved, apart from this request.

    While it is queued or running, asking again gives that run.
    """
    async with opened(request, "audit.verify") as session:
        return accepted(await usecases.ask_for_audit_verification(session))


@router.post("/segments/propose", status_code=_ACCEPTED, openapi_extra=_BEGUN | optional("ProposeBody"))
async def propose_segments(request: Request) -> Response:
    """Propose segments: groups that buy, stay away, or buy of a category more often than all. Apart from this request.

    The run's result lists them as rules, with their support, rate, lift and interval. With `save_drafts` each becomes
    the draft of an inactive segment; nothing is published. While the same is queued or running, asking again gives that
    run.
    """
    async with opened(request, "segments.propose") as session:
        inputs = inputs_of(await read_if_any(request, ProposeBody))
        return accepted(await usecases.ask_for_proposals(session, inputs))


@router.get("/jobs", openapi_extra=described(answer="JobPage"))
async def list_jobs(
    request: Request, job: OfJob = None, state: InState = None, cursor: Cursor = None, limit: Limit = USUAL
) -> Response:
    """List runs, the last one asked for first."""
    async with opened(request, "jobs.read") as session:
        found, next_cursor = await usecases.list_runs(session, job=job, state=state, limit=limit, cursor=cursor)
    return answer(JobPage([_shown(run) for run in found], next_cursor))


@router.get("/jobs/{run_id}", openapi_extra=described(answer="JobRunShown") | _ONE)
async def get_job(request: Request) -> Response:
    """Read one run: how far it is, and what came of it."""
    async with opened(request, "jobs.read") as session:
        return answer(_shown(await usecases.get_run(session, request.path_params["run_id"])))


@router.get("/jobs/{run_id}/log", openapi_extra=described(answer="JobLog") | _ONE)
async def get_job_log(request: Request) -> Response:
    """Read what was said while a run was worked on, up to half a second ago: its last 500 lines.

    They are the worker's log lines. They name what was done and how much of it, and nobody's data.
    """
    async with opened(request, "jobs.read") as session:
        return answer(JobLog(list(await usecases.get_run_log(session, request.path_params["run_id"]))))


@router.post("/jobs/{run_id}/retry", status_code=_ACCEPTED, openapi_extra=_BEGUN | _ONE)
async def retry_job(request: Request) -> Response:
    """Have a run that failed done again."""
    async with opened(request, "jobs.write") as session:
        return accepted(await usecases.retry_run(session, request.path_params["run_id"]))


@router.post("/jobs/{run_id}/cancel", openapi_extra=described(answer="JobRunShown") | _ONE)
async def cancel_job(request: Request) -> Response:
    """End a run that is queued or running. What it has stored stays."""
    async with opened(request, "jobs.write") as session:
        return answer(_shown(await usecases.cancel_run(session, request.path_params["run_id"])))


async def read_if_any(request: Request, kind: type[Body]) -> Body:
    """The body; all of its defaults where there is none."""
    raw = await content(request, DECISION.bytes)
    return decode(raw or b"{}", kind, DECISION.depth)


def inputs_of(body: msgspec.Struct) -> dict[str, Json]:
    """What a body asks of a job; what it leaves open is left out."""
    return {name: value for name, value in msgspec.to_builtins(body).items() if value is not None}


def accepted(run: JobRun) -> Response:
    """202, and where the run is."""
    return answer(_shown(run), _ACCEPTED, {"Location": f"/api/v1/jobs/{run.run_id}"})


def _shown(run: JobRun) -> JobRunShown:
    return JobRunShown(
        run.run_id, run.job, run.state, run.progress, run.inputs, run.result, problem_shown(run.error), run.attempts,
        iso(run.asked_at), time_text(run.started_at), time_text(run.heartbeat_at), time_text(run.finished_at),
    )  # fmt: skip
