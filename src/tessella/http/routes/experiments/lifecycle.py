"""Where an experiment is in its life: started, paused, stopped, archived."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.experiments.setup.experiment import ExperimentStatus
from tessella.http.auth import opened
from tessella.http.etags import expected_version
from tessella.http.openapi import described, idempotency_key, if_match
from tessella.http.routes.definitions import shown
from tessella.http.routes.experiments.named import EXPERIMENT, experiment_id

router = APIRouter(prefix="/api/v1/experiments/{experiment_id}", tags=["experiments"])

_EXTRA: Final = described(answer="Experiment") | {"parameters": [EXPERIMENT, if_match(), idempotency_key()]}


@router.post("/start", openapi_extra=_EXTRA)
async def start_experiment(request: Request) -> Response:
    """Start a draft, or go on with what was paused. If-Match as for a change."""
    return await _set_status(request, ExperimentStatus.RUNNING)


@router.post("/pause", openapi_extra=_EXTRA)
async def pause_experiment(request: Request) -> Response:
    """Give nobody new a variant; who has one keeps it, and rewards count. If-Match as for a change."""
    return await _set_status(request, ExperimentStatus.PAUSED)


@router.post("/stop", openapi_extra=_EXTRA)
async def stop_experiment(request: Request) -> Response:
    """Stop for good: nobody new is given a variant, and rewards that come from now on do not count."""
    return await _set_status(request, ExperimentStatus.STOPPED)


@router.post("/archive", openapi_extra=_EXTRA)
async def archive_experiment(request: Request) -> Response:
    """Keep what has stopped for its results only. If-Match as for a change."""
    return await _set_status(request, ExperimentStatus.ARCHIVED)


async def _set_status(request: Request, status: ExperimentStatus) -> Response:
    expected = expected_version(request)
    async with opened(request, "experiments.write", lambda saved: shown(saved.stored)) as session:
        stored = await usecases.set_status(session, experiment_id(request), status, expected_version=expected)
    return shown(stored)
