"""Models that are watched: what was found of them since they were trained."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described, path_parameter
from tessella.http.routes.jobs import accepted
from tessella.http.routes.models import OfVersion, model_named
from tessella.http.shown.monitoring import monitoring_shown

router = APIRouter(prefix="/api/v1/models", tags=["models"])

_ONE: Final = {"parameters": [path_parameter("model_id")]}
_BEGUN: Final = described(answer="JobRunShown", status=HTTPStatus.ACCEPTED)


@router.get("/{model_id}/monitoring", openapi_extra=described(answer="MonitoringShown") | _ONE)
async def get_monitoring(request: Request, version: OfVersion = None) -> Response:
    """Read whether a model still holds: how far subjects are from those of its training, and what it said has happened.

    Models are looked at every night. Outcomes are known when the horizon of the prediction is over.
    """
    async with opened(request, "models.watch") as session:
        return answer(monitoring_shown(await usecases.get_monitoring(session, model_named(request), version)))


@router.post("/{model_id}/check", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEGUN | _ONE)
async def check_model(request: Request) -> Response:
    """Look at the active version of a model now, apart from this request.

    While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "models.watch") as session:
        return accepted(await usecases.ask_for_watch(session, model_named(request)))
