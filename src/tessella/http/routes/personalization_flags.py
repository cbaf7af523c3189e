"""What is switched on. Source: requirement D, "Feature Flags"."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.personalization.flags import Flags
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described
from tessella.http.schemas.personalization import PersonalizationFlagsBody, PersonalizationFlagsShown

router = APIRouter(prefix="/admin", tags=["personalization"])


@router.get("/features", openapi_extra=described(answer="PersonalizationFlagsShown"))
async def get_flags(request: Request) -> Response:
    """Read what is switched on."""
    async with opened(request, "flags.read") as session:
        return answer(_shown(usecases.get_flags(session)))


@router.post("/features", openapi_extra=described(body="PersonalizationFlagsBody", answer="PersonalizationFlagsShown"))
async def set_flags(request: Request) -> Response:
    """Switch features of personalization on or off. What is not named stays; settings of subjects are not touched.

    It holds at once in this process, and within two seconds in every other. `personalization_rankings` false is the
    kill switch: everybody gets the default order.
    """
    async with opened(request, "flags.write") as session:
        body = await read(request, PersonalizationFlagsBody, DECISION)
        return answer(_shown(await usecases.set_flags(session, msgspec.to_builtins(body))))


def _shown(flags: Flags) -> PersonalizationFlagsShown:
    return PersonalizationFlagsShown(
        flags.personalization_rankings, flags.ml_models, flags.evaluation_metrics, flags.rollout_percent
    )
