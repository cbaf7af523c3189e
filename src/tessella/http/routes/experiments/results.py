"""What may be said of an experiment, and its refresh on demand."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.routes.experiments.named import ONE, experiment_id
from tessella.http.shown.experiment_results import metrics_shown, results_shown, segments_shown

router = APIRouter()

_RESULTS: Final = described(answer="ResultsShown") | ONE
_METRICS: Final = described(answer="SegmentationMetricsShown") | ONE
_SEGMENTS: Final = described(schema={"type": "array", "items": {"$ref": "#/components/schemas/SegmentSeenShown"}}) | ONE


@router.get("/api/v1/experiments/{experiment_id}/results", tags=["experiments"], openapi_extra=_RESULTS)
async def get_results(request: Request) -> Response:
    """Read what may be said of an experiment, as it was last worked out: a figure is null until it is known.

    Intervals cover the truth at all times at once, so that it does no harm to look often.
    """
    async with opened(request, "experiments.results") as session:
        return answer(results_shown(await usecases.experiment_results(session, experiment_id(request))))


@router.post("/api/v1/experiments/{experiment_id}/refresh", tags=["experiments"], openapi_extra=_RESULTS)
async def refresh_experiment(request: Request) -> Response:
    """Work out anew what may be said, and publish weights where they say more than those in force.

    The worker of jobs does so every few seconds; while it is at it, this waits for its turn, up to five seconds. Of an
    experiment that has ended, it tells what was known at its end, and publishes nothing.
    """
    from tessella.usecases.experiments.refreshing.refresh import refresh_now  # loads numpy and SciPy

    name = experiment_id(request)
    async with opened(request, "experiments.refresh") as session:
        await refresh_now(session, name)
        return answer(results_shown(await usecases.experiment_results(session, name)))


@router.get("/api/v1/segmentation/{experiment_id}/metrics", tags=["segmentation"], openapi_extra=_METRICS)
async def get_segmentation_metrics(request: Request) -> Response:
    """Read what segments bring, over the variant that is the best one for all; null as long as it is not known."""
    async with opened(request, "segmentation.read") as session:
        return answer(metrics_shown(await usecases.segmentation_metrics(session, experiment_id(request))))


@router.get("/api/v1/segmentation/{experiment_id}/segments", tags=["segmentation"], openapi_extra=_SEGMENTS)
async def list_segments_seen(request: Request) -> Response:
    """List segments, the largest first; without any, what is observed of units by source and device."""
    async with opened(request, "segmentation.read") as session:
        return answer(segments_shown(await usecases.experiment_results(session, experiment_id(request))))
