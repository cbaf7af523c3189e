"""What is stored about a subject."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import SubjectId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.schemas.subjects import FactShown, SettingsShown, SubjectShown
from tessella.http.subject_paths import SUBJECT_PATH

router = APIRouter(prefix="/api/v1", tags=["subjects"])


@router.get(f"/subjects/{SUBJECT_PATH}", openapi_extra=described(answer="SubjectShown"))
async def get_subject(request: Request, subject_id: str) -> Response:
    """Read a subject's facts and settings as they are stored."""
    async with opened(request, "subjects.read") as session:
        subject = await usecases.get_subject(session, SubjectId(subject_id))
    facts = {fact.feature: FactShown(fact.value, iso(fact.as_of)) for fact in subject.facts}
    consent = subject.consent
    settings = SettingsShown(consent.personalization_enabled, consent.data_sharing_consent)
    return answer(SubjectShown(subject.subject_id, facts, settings))
