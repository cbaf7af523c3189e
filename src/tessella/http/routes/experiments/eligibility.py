"""Whether an experiment should be segmented, and what is said to that. Source: requirement B, "API Endpoints"."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.typed import convert
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described, path_parameter
from tessella.http.routes.experiments.named import EXPERIMENT, ONE, experiment_id
from tessella.http.schemas.eligibility import EligibilityShown, SegmentationRecommended, SegmentationsRecommended
from tessella.ports.experiments import StoredRecommendation

router = APIRouter(prefix="/api/v1/segmentation/{experiment_id}", tags=["segmentation"])

_DECIDED: Final = described(answer="SegmentationRecommended") | {
    "parameters": [EXPERIMENT, path_parameter("recommendation_id")]
}


@router.get("/eligibility", openapi_extra=described(answer="EligibilityShown") | ONE)
async def get_eligibility(request: Request) -> Response:
    """Read whether an experiment should be segmented, by what, and why: worked out anew when it is a minute old.

    What is worth it is recommended. Nothing is switched on by asking.
    """
    async with opened(request, "segmentation.read") as session:
        checked = await usecases.get_eligibility(session, experiment_id(request))
    return answer(convert(usecases.write_check(checked), EligibilityShown))


@router.get("/recommendations", openapi_extra=described(answer="SegmentationsRecommended") | ONE)
async def list_recommendations(request: Request) -> Response:
    """List what was recommended, whatever became of it, the newest first."""
    async with opened(request, "segmentation.read") as session:
        found = await usecases.list_recommendations(session, experiment_id(request))
    return answer(SegmentationsRecommended([_shown(each) for each in found]))


@router.post("/recommendations/{recommendation_id}/accept", openapi_extra=_DECIDED)
async def accept_recommendation(request: Request) -> Response:
    """Segment the experiment as it is recommended, from the next unit on. It is one publish with the acceptance."""
    async with opened(request, "segmentation.decide") as session:
        return answer(
            _shown(await usecases.accept_recommendation(session, experiment_id(request), _recommendation(request)))
        )


@router.post("/recommendations/{recommendation_id}/dismiss", openapi_extra=_DECIDED)
async def dismiss_recommendation(request: Request) -> Response:
    """Say no to a recommendation. It is not made again until the weight of its evidence has doubled."""
    async with opened(request, "segmentation.decide") as session:
        return answer(
            _shown(await usecases.dismiss_recommendation(session, experiment_id(request), _recommendation(request)))
        )


def _recommendation(request: Request) -> str:
    return str(request.path_params["recommendation_id"])


def _shown(recommendation: StoredRecommendation) -> SegmentationRecommended:
    return convert(usecases.write_recommendation(recommendation), SegmentationRecommended)
