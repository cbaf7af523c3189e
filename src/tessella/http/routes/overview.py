"""What needs a person now, and how a namespace is doing."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.shown.overview import overview_shown
from tessella.usecases.overview.tell import overview

router = APIRouter(prefix="/api/v1", tags=["operations"])


@router.get("/overview", openapi_extra=described(answer="OverviewShown"))
async def get_overview(request: Request) -> Response:
    """Say what needs a person now, what was decided lately, what came of it, and how far the namespace is set up.

    Alerts that somebody has acknowledged are left out, and so is what they are about.
    """
    async with opened(request, "overview.read") as session:
        return answer(overview_shown(await overview(session)))
