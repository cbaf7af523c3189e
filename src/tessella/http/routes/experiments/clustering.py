"""Clusters of contexts. Source: requirement B, "Caso 2: Auto-Clustering"."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.routes.experiments.named import ONE, experiment_id
from tessella.http.routes.jobs import accepted
from tessella.usecases.experiments.clusters.written import write_clustering

router = APIRouter(prefix="/api/v1/segmentation/{experiment_id}/clustering", tags=["segmentation"])

_BEGUN: Final = described(answer="JobRunShown", status=HTTPStatus.ACCEPTED) | ONE


@router.get("/status", openapi_extra=described(answer="ClusteringShown") | ONE)
async def get_clustering_status(request: Request) -> Response:
    """Read how far the clusters of an experiment are, and what they are called."""
    async with opened(request, "segmentation.read") as session:
        return answer(write_clustering(await usecases.clustering_status(session, experiment_id(request))))


@router.post("/train", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BEGUN)
async def train_clusters(request: Request) -> Response:
    """Find clusters in the contexts of an experiment's units, apart from this request, and sort new units into them.

    Below 1,000 assignments this is refused with 409 and the counts. While a training is queued or goes on, asking again
    gives that run. In the mode `auto` it begins by itself, and again when clusters are older than seven days.
    """
    async with opened(request, "segmentation.train") as session:
        return accepted(await usecases.ask_for_clusters(session, experiment_id(request)))
