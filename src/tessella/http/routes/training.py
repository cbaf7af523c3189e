"""Models learn apart from requests."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.http.auth import opened
from tessella.http.openapi import described, path_parameter
from tessella.http.routes.jobs import accepted, inputs_of, optional, read_if_any
from tessella.http.schemas.training import TrainBody

router = APIRouter(prefix="/api/v1/models", tags=["models"])

_BEGUN: Final = described(answer="JobRunShown", status=HTTPStatus.ACCEPTED)
_ONE: Final = {"parameters": [path_parameter("prediction_id")]}


@router.post(
    "/{prediction_id}/train", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEGUN | _ONE | optional("TrainBody")
)
async def train_model(request: Request) -> Response:
    """Train the model of a prediction on the past, apart from this request, and put it to use.

    The run's result is the version and its figures. While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "models.train") as session:
        inputs = {"prediction_id": request.path_params["prediction_id"]}
        inputs |= inputs_of(await read_if_any(request, TrainBody))
        return accepted(await usecases.ask_for_training(session, inputs))
