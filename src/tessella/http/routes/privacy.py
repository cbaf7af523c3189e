"""Erasure and the record of processing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella.domain.features.gate import iso
from tessella.domain.typed import convert
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.openapi import described
from tessella.http.paging import USUAL
from tessella.http.routes.definitions import Cursor, Limit
from tessella.http.routes.jobs import accepted
from tessella.http.schemas.privacy import ConsentCountsShown, ErasureShown, ErasuresShown, ProcessingRecordShown
from tessella.http.shown.times import time_text
from tessella.http.subject_paths import SUBJECT_PATH
from tessella.usecases.privacy.erase import ask_for_erasure
from tessella.usecases.privacy.record import processing_record
from tessella.usecases.privacy.told import ErasureRequest, consent_counts, list_erasures

router = APIRouter(prefix="/api/v1", tags=["privacy"])

_ACCEPTED: Final = HTTPStatus.ACCEPTED
_BEGUN: Final = described(answer="JobRunShown", status=_ACCEPTED)


@router.post(f"/subjects/{SUBJECT_PATH}/erase", status_code=_ACCEPTED, openapi_extra=_BEGUN)
async def erase_subject(request: Request, subject_id: str) -> Response:
    """Erase a subject everywhere: rows, files and what servers remember. It cannot be undone.

    A job does it. Afterwards a keyed pseudonym says that somebody was erased, and nothing says who. While it is queued
    or running, asking again gives that run. Events that come later begin a new subject.
    """
    async with opened(request, "subjects.erase") as session:
        return accepted(await ask_for_erasure(session, subject_id))


@router.get("/privacy/record", openapi_extra=described(answer="ProcessingRecordShown"))
async def get_processing_record(request: Request) -> Response:
    """Read the record of processing: every table and column that is about persons, why it is kept, and how long."""
    async with opened(request, "privacy.read") as session:
        record = await processing_record(session)
    return answer(convert(record, ProcessingRecordShown, from_attributes=True))


@router.get("/privacy/consent", openapi_extra=described(answer="ConsentCountsShown"))
async def get_consent_counts(request: Request) -> Response:
    """Count what subjects have agreed to."""
    async with opened(request, "privacy.read") as session:
        found = await consent_counts(session)
    personalized, sharing = (_share(each, found.subjects) for each in (found.personalized, found.sharing))
    return answer(ConsentCountsShown(found.subjects, found.personalized, found.sharing, personalized, sharing))


@router.get("/privacy/erasures", openapi_extra=described(answer="ErasuresShown"))
async def list_erasures_asked_for(request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """List erasures, the last one asked for first, by pseudonyms: none says whom it is about."""
    async with opened(request, "privacy.read") as session:
        found, next_cursor = await list_erasures(session, limit=limit, cursor=cursor)
    return answer(ErasuresShown([_erasure(each) for each in found], next_cursor))


def _share(count: int, subjects: int) -> float | None:
    return count / subjects if subjects else None


def _erasure(asked: ErasureRequest) -> ErasureShown:
    run = asked.run
    return ErasureShown(
        run.run_id, asked.user_hash, run.state, run.progress, iso(run.asked_at), time_text(run.finished_at), asked.rows
    )
