"""How an experiment is segmented. Source: requirement B, "Casos de Uso"."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.etags import etag, expected_version
from tessella.http.openapi import described, idempotency_key, if_match
from tessella.http.routes.experiments.named import EXPERIMENT, ONE, experiment_id
from tessella.http.schemas.experiments import SegmentationBody, SegmentationShown
from tessella.ports import StoredDefinition

router = APIRouter(prefix="/api/v1/segmentation/{experiment_id}", tags=["segmentation"])


@router.get("/config", openapi_extra=described(answer="SegmentationShown") | ONE)
async def get_segmentation_config(request: Request) -> Response:
    """Read how an experiment is segmented. The ETag is the experiment's."""
    async with opened(request, "segmentation.read") as session:
        return _shown(*await usecases.get_segmentation(session, experiment_id(request)))


@router.put(
    "/config",
    openapi_extra=described(body="SegmentationBody", answer="SegmentationShown")
    | {"parameters": [EXPERIMENT, if_match(), idempotency_key()]},
)
async def put_segmentation_config(request: Request) -> Response:
    """Change how an experiment is segmented, from the next unit on; a field that is left out stays as it is.

    With If-Match only if nobody changed the experiment.
    """
    expected = expected_version(request)
    async with opened(request, "segmentation.write", lambda saved: _of(saved.stored)) as session:
        body = await read(request, SegmentationBody, DECISION)
        stored = await usecases.change_segmentation(
            session, experiment_id(request), msgspec.to_builtins(body), expected_version=expected
        )
    return _of(stored)


def _of(stored: StoredDefinition) -> Response:
    return _shown(usecases.segmentation_of(stored), stored.version)


def _shown(told: Segmentation, version: int) -> Response:
    shown = SegmentationShown(
        told.in_force is not SegmentationMode.DISABLED, told.in_force, told.segment_by, told.min_samples_per_segment,
        told.auto_clustering_enabled, told.auto_activation, told.auto_activation, told.auto_activation_threshold,
        told.auto_activation_requires_evidence,
    )  # fmt: skip
    return answer(shown, headers={"ETag": etag(version)})
