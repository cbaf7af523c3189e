"""Segments as loyalty programmes see them, with predictions for their members."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final, Literal

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
from tessella.http.paging import USUAL, name_after
from tessella.http.routes.definitions import Cursor, Limit, named
from tessella.http.schemas.segment_predictions import SegmentPredictBody, SegmentStatsHistory
from tessella.http.serving import application_of, metrics_of
from tessella.http.shown.segment_predictions import prediction_job_shown, scores_shown, segment_prediction_shown
from tessella.http.shown.segment_stats import StatsViewer, segment_number
from tessella.ports import Session
from tessella.ports.jobs import RunState

router = APIRouter(prefix="/api/loyalty/v1/segments", tags=["predictions"])

_ONE: Final = {"parameters": [path_parameter("segment_id")]}
_JOB: Final = {"parameters": [path_parameter("segment_id"), path_parameter("job_id")]}
_ALL: Final = {"type": "array", "items": {"$ref": "#/components/schemas/LoyaltySegmentShown"}}
_PREDICTED: Final = described(body="SegmentPredictBody", answer="SegmentPredictionShown")
#: As long as stats are kept.
MOST_DAYS: Final = 400
Days = Annotated[int, Query(ge=1, le=MOST_DAYS, description="The last so many days.")]
Sample = Annotated[Literal["first", "all"], Query(description="The first 1000 members by id, or all.")]


@router.get("", openapi_extra=described(schema=_ALL))
async def list_loyalty_segments(request: Request) -> Response:
    """List all segments, by id, with how many members each has."""
    async with opened(request, "loyalty.read") as session:
        viewer = _viewer(request, session)
        return answer([viewer.segment(each) for each in await usecases.list_loyalty_segments(session)])


@router.get("/{segment_id}", openapi_extra=described(answer="LoyaltySegmentShown") | _ONE)
async def get_loyalty_segment(request: Request) -> Response:
    """Read one segment: its name, and how many members it has."""
    async with opened(request, "loyalty.read") as session:
        found = await usecases.get_loyalty_segment(session, named(request, Kind.SEGMENT))
        return answer(_viewer(request, session).segment(found))


@router.post("/{segment_id}/ml/predict", openapi_extra=_PREDICTED | _ONE)
async def predict_segment(request: Request) -> Response:
    """Predict for the first 1000 members by id: churn, the next best offer (nbo), or the cell of RFM (rfm).

    The answer has the first 100 results. With "async": true everybody is predicted for by a job: the answer is 202, and
    where to poll. While the same is queued or running, asking again gives that job.
    """
    async with opened(request, "loyalty.predict") as session:
        body, segment_id = await read(request, SegmentPredictBody, DECISION), named(request, Kind.SEGMENT)
        if body.asynchronous:
            run = await usecases.ask_for_scores(session, segment_id, body.type)
            where = {"Location": f"/api/loyalty/v1/segments/{segment_id}/ml/predict/{run.run_id}/"}
            return answer(prediction_job_shown(run, None), HTTPStatus.ACCEPTED, where)
        reader = application_of(request).audiences
        made = await usecases.predict_segment(session, reader, segment_id, body.type)
        metrics_of(request).predicted(session.caller.namespace, body.type, made.told.processed)
        return answer(segment_prediction_shown(made, _viewer(request, session)))


@router.get("/{segment_id}/ml/predict/{job_id}", openapi_extra=described(answer="SegmentPredictionJob") | _JOB)
async def get_segment_prediction(request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """Read how far predictions for everybody are, and a page of them when they are done."""
    async with opened(request, "loyalty.predict") as session:
        segment_id = named(request, Kind.SEGMENT)
        run = await usecases.run_of_segment(session, segment_id, request.path_params["job_id"])
        if run.state is not RunState.SUCCEEDED:
            return answer(prediction_job_shown(run, None))
        reader = application_of(request).audiences
        page = await usecases.scores_page(session, reader, run, after=name_after(cursor) or "", limit=limit)
        name = usecases.segment_name(session.snapshot(), page.scored.segment_id)
        return answer(prediction_job_shown(run, scores_shown(page, name, _viewer(request, session))))


@router.get("/{segment_id}/ml/stats", openapi_extra=described(answer="SegmentStatsShown") | _ONE)
async def segment_prediction_stats(request: Request, sample: Sample = "first") -> Response:
    """Say what predictions of every type come to, for the first 1000 members by id or for all."""
    async with opened(request, "loyalty.read") as session:
        application, segment_id = application_of(request), named(request, Kind.SEGMENT)
        if sample == "all":
            told = await usecases.whole_segment_stats(session, application.scoring, segment_id)
        else:
            told = await usecases.sampled_segment_stats(session, application.audiences, segment_id)
        return answer(_viewer(request, session).stats(told))


@router.get("/{segment_id}/ml/stats/history", openapi_extra=described(answer="SegmentStatsHistory") | _ONE)
async def segment_stats_history(request: Request, days: Days = 30) -> Response:
    """List what predictions for everybody in the segment came to, a day at a time, the oldest first."""
    async with opened(request, "loyalty.read") as session:
        segment_id = named(request, Kind.SEGMENT)
        kept = await usecases.segment_stats_history(session, segment_id, days)
        viewer, name = _viewer(request, session), usecases.segment_name(session.snapshot(), segment_id)
    return answer(SegmentStatsHistory(segment_number(segment_id), name, days, [viewer.day(each) for each in kept]))


def _viewer(request: Request, session: Session) -> StatsViewer:
    return StatsViewer(session.caller.role, application_of(request).settings.disclosure_threshold)
