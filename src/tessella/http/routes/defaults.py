"""The namespace's layer of knobs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.definitions import DEFAULTS_ID, Kind
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DEFINITION
from tessella.http.etags import etag, expected_version
from tessella.http.openapi import DRAFTED, described, idempotency_key, if_match, if_none_match
from tessella.http.published import drafted
from tessella.http.routes.definitions import AsDraft, shown

router = APIRouter(prefix="/api/v1/defaults", tags=["defaults"])

_WRITTEN: Final = described(body="Defaults", answer="Defaults", others={201: "Defaults", **DRAFTED})
_HEADERS: Final = {"parameters": [if_match(), if_none_match(), idempotency_key()]}


@router.get("", openapi_extra=described(answer="Defaults"))
async def get_defaults(request: Request) -> Response:
    """Read the knobs that hold for every profile that does not set them."""
    async with opened(request, "defaults.read") as session:
        stored = await session.stored_one(Kind.DEFAULTS, DEFAULTS_ID)
    return answer({}, HTTPStatus.OK, {"ETag": etag(0)}) if stored is None else shown(stored)


@router.put("", openapi_extra=_WRITTEN | _HEADERS)
async def put_defaults(request: Request, draft: AsDraft = False) -> Response:
    """Write the knobs that hold for every profile that does not set them; one left out is no longer set here."""
    async with opened(request, "defaults.write", lambda saved: shown(saved.stored)) as session:
        body = await read(request, dict[str, Any], DEFINITION)
        expected = expected_version(request)
        if draft:
            return drafted(
                await usecases.save_draft(session, Kind.DEFAULTS, DEFAULTS_ID, body, expected_version=expected)
            )
        saved = await usecases.save_definition(session, Kind.DEFAULTS, DEFAULTS_ID, body, expected_version=expected)
    return shown(saved.stored)
