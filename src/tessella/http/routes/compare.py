"""Compare the lists of several profiles."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import Kind, read_definition
from tessella.domain.identifiers import ProfileId, point
from tessella.domain.ranking.profile import Profile
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import RECOMMENDATION
from tessella.http.openapi import described
from tessella.http.routes.recommend import items_asked
from tessella.http.schemas.compare import CompareBody
from tessella.http.shown.items import profiles_compared

router = APIRouter(prefix="/api/v1/recommend", tags=["recommend"])


@router.post("/compare", openapi_extra=described(body="CompareBody", answer="ProfilesComparedShown"))
async def compare_profiles(request: Request) -> Response:
    """Rank items for one request by each of up to five profiles, without recording anything.

    The lists are of the same subject and moment. With `explain` each also has every number of its scores. A profile
    that is not saved, or changed and not published, is tried with `unsaved`.
    """
    async with opened(request, "recommend.compare") as session:
        body = await read(request, CompareBody, RECOMMENDATION)
        profile_ids = [ProfileId(each) for each in body.profile_ids]
        compared = await usecases.compare_profiles(session, items_asked(body), profile_ids, _unsaved(body))
    return answer(profiles_compared(compared, body))


def _unsaved(body: CompareBody) -> list[Profile]:
    read = [read_definition(Kind.PROFILE, each, point("/unsaved", place)) for place, each in enumerate(body.unsaved)]
    return [each for each in read if isinstance(each, Profile)]
