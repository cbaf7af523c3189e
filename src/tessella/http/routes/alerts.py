"""Alerts: what somebody is to look at."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.alerts.alert import Alert, AlertState, write_alert
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described, path_parameter
from tessella.http.paging import USUAL
from tessella.http.routes.definitions import Cursor, Limit
from tessella.http.schemas.alerts import AlertPage, AlertShown

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])

_ONE: Final = {"parameters": [path_parameter("alert_id")]}
InState = Annotated[AlertState | None, Query(description="Only alerts in this state.")]


@router.get("", openapi_extra=described(answer="AlertPage"))
async def list_alerts(request: Request, state: InState = None, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """List alerts, the newest first."""
    async with opened(request, "alerts.read") as session:
        found, next_cursor = await usecases.list_alerts(session, state=state, limit=limit, cursor=cursor)
    return answer(AlertPage([_shown(each) for each in found], next_cursor))


@router.post("/{alert_id}/acknowledge", openapi_extra=described(answer="AlertShown") | _ONE)
async def acknowledge_alert(request: Request) -> Response:
    """Say that somebody has seen it. It is resolved by itself when it is no longer so."""
    async with opened(request, "alerts.acknowledge") as session:
        return answer(_shown(await usecases.acknowledge_alert(session, request.path_params["alert_id"])))


def _shown(alert: Alert) -> AlertShown:
    return AlertShown(**write_alert(alert))
