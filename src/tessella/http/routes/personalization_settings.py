"""What a subject has agreed to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from msgspec import UNSET, UnsetType
from starlette.requests import Request
from starlette.responses import Response

from tessella.domain.identifiers import SUBJECT_MAX_LENGTH, SubjectId
from tessella.domain.privacy.consent import Consent, ConsentChange
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described
from tessella.http.schemas.subjects import SettingsBody, SettingsShown
from tessella.usecases.personalization.settings import change_settings, get_settings

router = APIRouter(prefix="/personalization", tags=["personalization"])

OfSubject = Annotated[
    str | None,
    Query(min_length=1, max_length=SUBJECT_MAX_LENGTH, description="Whose; a key or token of a subject is their own."),
]


@router.get("/settings", openapi_extra=described(answer="SettingsShown"))
async def get_personalization_settings(request: Request, subject_id: OfSubject = None) -> Response:
    """Read what a subject has agreed to. Without any settings the defaults hold: personalized, and nothing shared."""
    async with opened(request, "settings.read") as session:
        return _shown(await get_settings(session, None if subject_id is None else SubjectId(subject_id)))


@router.post("/settings", openapi_extra=described(body="SettingsBody", answer="SettingsShown"))
async def change_personalization_settings(request: Request) -> Response:
    """Change what a subject has agreed to, and only what is sent of it.

    Who switches personalization off is not processed any more: here from this moment on, in every process within two
    seconds. Who does not share data is in no export, no message to a webhook, and no training of a model.
    """
    async with opened(request, "settings.write") as session:
        body = await read(request, SettingsBody, DECISION)
        change = ConsentChange(_sent(body.personalization_enabled), _sent(body.data_sharing_consent))
        named = None if body.subject_id is UNSET else SubjectId(body.subject_id)
        return _shown(await change_settings(session, named, change))


def _sent(value: bool | UnsetType) -> bool | None:
    return None if value is UNSET else value


def _shown(consent: Consent) -> Response:
    return answer(SettingsShown(consent.personalization_enabled, consent.data_sharing_consent))
