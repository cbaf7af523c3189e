"""Figures, evaluations and refreshes of personalization. Source: requirement D, "Admin Metrics"."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.routes.jobs import accepted, inputs_of, optional, read_if_any
from tessella.http.schemas.personalization_metrics import PersonalizationEvaluateBody
from tessella.http.serving import metrics_of
from tessella.http.shown.personalization import evaluated_shown, metrics_shown
from tessella.usecases.personalization.ask import ask_for_nightly_refresh, ask_for_personalization_evaluation
from tessella.usecases.personalization.metrics import evaluated_by, evaluated_within, personalization_metrics

router = APIRouter(prefix="/personalization", tags=["personalization"])

_ACCEPTED: Final = HTTPStatus.ACCEPTED
_BEGUN: Final = described(answer="JobRunShown", status=_ACCEPTED)
_EVALUATED: Final = described(answer="PersonalizationEvaluatedShown", others={_ACCEPTED: "JobRunShown"})
#: A call waits so long for an evaluation; proxies mostly give up then.
WAIT_SECONDS: Final = 60.0

#: Evaluations are kept no longer by default.
_MOST_DAYS: Final = 365

Wait = Annotated[bool, Query(description="Whether to wait up to 60 s for the figures, and answer with these.")]

Days = Annotated[int, Query(ge=1, le=_MOST_DAYS, description="Figures of so many days up to now.")]


@router.get("/metrics", openapi_extra=described(answer="PersonalizationMetricsShown"))
async def get_personalization_metrics(request: Request) -> Response:
    """Read how personalization is doing: vectors, rankings, opt-outs, jobs, and the last figures of evaluations."""
    async with opened(request, "personalization.metrics") as session:
        found = await personalization_metrics(session)
        namespace = session.caller.namespace
    return answer(metrics_shown(found, metrics_of(request).of_all().rankings.get(namespace, {})))


@router.get("/metrics/history", openapi_extra=described(answer="PersonalizationEvaluatedShown"))
async def get_personalization_history(request: Request, days: Days = 90) -> Response:
    """Read how the figures of evaluations went, the first one first."""
    async with opened(request, "personalization.metrics") as session:
        return answer(evaluated_shown(await evaluated_within(session, days)))


@router.post("/admin/evaluate", openapi_extra=_EVALUATED | optional("PersonalizationEvaluateBody"))
async def evaluate_personalization(request: Request, wait: Wait = False) -> Response:
    """Evaluate the orders of every scope on the last days, and how people use what they are shown.

    An evaluation is a job, and is answered with 202 and its run; with `wait` the figures are the answer, where they are
    there within 60 s. While the same is queued or running, asking again gives that run.
    """
    async with opened(request, "personalization.evaluate") as session:
        body = await read_if_any(request, PersonalizationEvaluateBody)
        run = await ask_for_personalization_evaluation(session, inputs_of(body))
        run = await usecases.wait_for_run(session, run, WAIT_SECONDS if wait else 0.0)
        if run.state.is_open:
            return accepted(run)
        return answer(evaluated_shown(await evaluated_by(session, run)))


@router.post("/admin/refresh", status_code=_ACCEPTED, openapi_extra=_BEGUN)
async def refresh_personalization(request: Request) -> Response:
    """Compute the vectors and rankings of everybody who is active now, apart from this request.

    It is what is done every night. While it is queued or running, asking again gives that run.
    """
    async with opened(request, "personalization.refresh") as session:
        return accepted(await ask_for_nightly_refresh(session))
