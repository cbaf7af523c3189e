"""How good rankings are on held-out purchases: measured apart from the request, and read here."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import content, decode
from tessella.http.caps import DECISION
from tessella.http.openapi import described, path_parameter
from tessella.http.routes.jobs import accepted, inputs_of, optional, read_if_any
from tessella.http.schemas.evaluations import (
    EvaluateBody,
    EvaluationHead,
    EvaluationShown,
    EvaluationsShown,
    TuneBody,
)

router = APIRouter(prefix="/api/v1/ranking", tags=["ranking"])

_BEGUN: Final = described(answer="JobRunShown", status=HTTPStatus.ACCEPTED)
_TUNED: Final = described(body="TuneBody", answer="JobRunShown", status=HTTPStatus.ACCEPTED)
_ONE: Final = {"parameters": [path_parameter("evaluation_id")]}


@router.post("/evaluations", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEGUN | optional("EvaluateBody"))
async def evaluate_ranking(request: Request) -> Response:
    """Evaluate every profile, apart from this request: rank as of a cut, and measure what was bought after it.

    The run's result is the id of the report. While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "evaluations.run") as session:
        return accepted(await usecases.ask_for_evaluation(session, inputs_of(await read_if_any(request, EvaluateBody))))


@router.post("/tunings", status_code=HTTPStatus.ACCEPTED, openapi_extra=_TUNED)
async def tune_profile(request: Request) -> Response:
    """Search for knobs that find more purchases, and report on days that the search has not seen, apart from here.

    The report proposes a profile. Nothing is published; `save_draft` keeps the proposal as a draft.
    """
    async with opened(request, "evaluations.run") as session:
        body = decode(await content(request, DECISION.bytes), TuneBody, DECISION.depth)
        return accepted(await usecases.ask_for_tuning(session, inputs_of(body)))


@router.get("/evaluations", openapi_extra=described(answer="EvaluationsShown"))
async def list_evaluations(request: Request) -> Response:
    """List the evaluations that are kept, the newest first, without their figures."""
    async with opened(request, "evaluations.read") as session:
        found = await usecases.list_evaluations(session)
    heads = [EvaluationHead(each.evaluation_id, each.kind, iso(each.made_at), each.inputs) for each in found]
    return answer(EvaluationsShown(heads))


@router.get("/evaluations/{evaluation_id}", openapi_extra=described(answer="EvaluationShown") | _ONE)
async def get_evaluation(request: Request) -> Response:
    """Read one evaluation with its figures."""
    async with opened(request, "evaluations.read") as session:
        found = await usecases.get_evaluation(session, request.path_params["evaluation_id"])
    return answer(EvaluationShown(found.evaluation_id, found.kind, iso(found.made_at), found.inputs, found.report))
