"""Models: listed, shown with their cards, made active, and gone back from."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described, path_parameter
from tessella.http.routes.audiences import shown_to
from tessella.http.routes.definitions import named
from tessella.http.schemas.history import NEWEST
from tessella.http.schemas.models import ActivateBody, ModelsShown
from tessella.http.shown.models import card_shown, model_shown

router = APIRouter(prefix="/api/v1/models", tags=["models"])

_ONE: Final = {"parameters": [path_parameter("model_id")]}
OfVersion = Annotated[int | None, Query(ge=1, le=NEWEST, description="The version; the active one if left out.")]


@router.get("", openapi_extra=described(answer="ModelsShown"))
async def list_models(request: Request) -> Response:
    """List every version of every model: by model, the newest first."""
    async with opened(request, "models.read") as session:
        return answer(ModelsShown([model_shown(each) for each in await usecases.list_models(session)]))


@router.get("/{model_id}/card", openapi_extra=described(answer="ModelCardShown") | _ONE)
async def get_card(request: Request, version: OfVersion = None) -> Response:
    """Read the card of a model: what it was trained on, and how good it was on data that it had not seen."""
    async with opened(request, "models.read") as session:
        stored = await usecases.get_model(session, model_named(request), version)
        shown = shown_to(request, session)
    return answer(card_shown(stored, shown))


@router.post("/{model_id}/activate", openapi_extra=described(body="ActivateBody", answer="ModelShown") | _ONE)
async def activate_model(request: Request) -> Response:
    """Make a version the active one: predictions come from it within two seconds."""
    async with opened(request, "models.write") as session:
        body = await read(request, ActivateBody, DECISION)
        return answer(model_shown(await usecases.activate_model(session, model_named(request), body.version)))


@router.post("/{model_id}/rollback", openapi_extra=described(answer="ModelShown") | _ONE)
async def roll_back_model(request: Request) -> Response:
    """Make the version active again that was so before."""
    async with opened(request, "models.write") as session:
        return answer(model_shown(await usecases.roll_back_model(session, model_named(request))))


def model_named(request: Request) -> str:
    """The model in the path, which has the name of its prediction. Raises `NoSuch`."""
    return named(request, Kind.PREDICTION, "model_id")
