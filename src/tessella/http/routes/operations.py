"""For operators: health and metrics. Health needs no credential."""

from __future__ import annotations

import ipaddress
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from tessella import __version__
from tessella.http.answers import answer
from tessella.http.auth import admit, application_of, metrics_of
from tessella.http.openapi import described
from tessella.http.schemas.health import Alive, HealthShown, Ready

router = APIRouter(tags=["operations"])


@router.get("/health/live", openapi_extra=described(answer="Alive") | {"security": []})
async def live() -> Response:
    """Answer: the process runs and its event loop turns."""
    return answer(Alive())


@router.get("/health/ready", openapi_extra=described(answer="Ready") | {"security": []})
async def ready(request: Request) -> Response:
    """Say whether requests can be decided: a snapshot is loaded, or the database is there to load one from."""
    health = application_of(request).health()
    if health.snapshots or health.database_is_up:
        return answer(Ready("ready", health.failures))
    return answer(Ready("starting", health.failures), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "1"})


@router.get("/health", openapi_extra=described(answer="HealthShown") | {"security": []})
async def health(request: Request) -> Response:
    """Tell how every part is doing."""
    now = application_of(request).health()
    status: Literal["ok", "degraded"] = "ok" if now.database_is_up and not now.failures else "degraded"
    return answer(
        HealthShown(
            status, __version__, now.database_is_up, now.snapshots, now.failures, now.waiting_rows,
            now.dropped_audit_rows, now.cached_subjects,
        )
    )  # fmt: skip


@router.get("/metrics", openapi_extra=described(schema={"type": "string"}))
async def metrics(request: Request) -> Response:
    """Give all figures in the text format of Prometheus, to a monitor or admin key."""
    if not (application_of(request).settings.metrics_open_on_loopback and _is_loopback(request)):
        await admit(request, "metrics.read")
    return Response(metrics_of(request).text(), media_type=CONTENT_TYPE_LATEST)


def _is_loopback(request: Request) -> bool:
    return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
