"""For operators: health and metrics. Health needs no credential."""

from __future__ import annotations

import ipaddress
from http import HTTPStatus

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from tessella.http.answers import answer
from tessella.http.auth import admit
from tessella.http.health import readiness, shown
from tessella.http.openapi import described
from tessella.http.schemas.health import Alive
from tessella.http.serving import application_of, metrics_of

router = APIRouter(tags=["operations"])


@router.get("/health/live", openapi_extra=described(answer="Alive") | {"security": []})
async def live() -> Response:
    """Say that the process runs: its event loop turns."""
    return answer(Alive())


@router.get("/health/ready", openapi_extra=described(answer="Ready") | {"security": []})
async def ready(request: Request) -> Response:
    """Say whether requests can be decided: a snapshot is loaded, or the database is there to load one from.

    `degraded` names what is not as it should be; requests are decided nevertheless.
    """
    told, status = readiness(application_of(request).health())
    return answer(told, status, {} if status is HTTPStatus.OK else {"Retry-After": "1"})


@router.get("/health", openapi_extra=described(answer="HealthShown") | {"security": []})
async def health(request: Request) -> Response:
    """Tell how every part is doing."""
    return answer(shown(application_of(request).health()))


@router.get("/metrics", openapi_extra=described(schema={"type": "string"}))
async def metrics(request: Request) -> Response:
    """Give all figures in the text format of Prometheus, to a monitor or admin key."""
    if not (application_of(request).settings.metrics_open_on_loopback and _is_loopback(request)):
        await admit(request, "metrics.read")
    return Response(metrics_of(request).text(), media_type=CONTENT_TYPE_LATEST)


def _is_loopback(request: Request) -> bool:
    return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
