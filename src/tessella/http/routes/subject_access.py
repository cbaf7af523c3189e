"""Everything that is known of one subject."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tessella.domain.identifiers import SubjectId
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.serving import application_of
from tessella.http.subject_paths import SUBJECT_PATH
from tessella.usecases.privacy.export_subject import export_subject

router = APIRouter(prefix="/api/v1", tags=["privacy"])


@router.get(f"/subjects/{SUBJECT_PATH}/export", openapi_extra=described(schema={"type": "object"}))
async def export_everything_known_of_a_subject(request: Request, subject_id: str) -> Response:
    """Export everything that is stored about a subject, as one JSON object.

    Administrators get all: rows of tables, decisions by the pseudonym, segments and files. A client or reader gets what
    it may see of its own subject. Settings do not matter: to know what is kept is a right of everybody.
    """
    async with opened(request, "subjects.export") as session:
        pieces = export_subject(session, application_of(request).audiences, SubjectId(subject_id))
        begun = await anext(pieces)  # what is wrong is answered before the first piece is sent
    return StreamingResponse(_continued(begun, pieces), media_type="application/json")


async def _continued(begun: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield begun
    async for each in pieces:
        yield each
