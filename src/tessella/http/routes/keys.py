"""API keys: made, listed and taken back by whoever administers the namespace."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella.domain.errors import NoSuch, WrongShape
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.identity.addresses import read_networks
from tessella.domain.identity.keys import ApiKey, WantedKey
from tessella.http.answers import answer, no_content
from tessella.http.auth import admit
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.openapi import described, path_parameter
from tessella.http.paging import USUAL, name_after, page_by_name
from tessella.http.routes.definitions import Cursor, Limit
from tessella.http.schemas.keys import KeyBody, KeyCreated, KeyPage, KeyShown
from tessella.http.serving import application_of
from tessella.http.shown.times import time_text
from tessella.storage.keys import KeyMark

router = APIRouter(prefix="/api/v1/keys", tags=["keys"])

_KEY_ID: Final = re.compile(r"[0-9a-f]{12}")
_MARK: Final = re.compile(r"([0-9]{1,18})\.([0-9a-f]{12})")


@router.post(
    "", status_code=HTTPStatus.CREATED, openapi_extra=described(body="KeyBody", answer="KeyCreated", status=201)
)
async def create_key(request: Request) -> Response:
    """Create a key of the namespace. Its text, and what signs its requests, are shown in this answer only.

    A request that is sent again makes another key: no answer with a secret is kept.
    """
    caller = await admit(request, "keys.write")
    body = await read(request, KeyBody, DECISION)
    subject_id = None if body.subject_id is None else SubjectId(body.subject_id)
    networks = read_networks(body.allowed_addresses, "/allowed_addresses")
    wanted = WantedKey(body.role, body.label, subject_id, networks, body.is_signed)
    made = await application_of(request).administration.create(caller.namespace, wanted)
    return answer(KeyCreated(made.key_id, made.text, made.signing_secret), HTTPStatus.CREATED)


@router.get("", openapi_extra=described(answer="KeyPage"))
async def list_keys(request: Request, cursor: Cursor = None, limit: Limit = USUAL) -> Response:
    """List the namespace's keys, the oldest first, the revoked ones too. Their texts are not kept."""
    caller = await admit(request, "keys.read")
    keys = await application_of(request).administration.keys_after(caller.namespace, _mark(cursor), limit + 1)
    page, next_cursor = page_by_name(keys, limit, lambda each: f"{each.created_at}.{each.key_id}")
    return answer(KeyPage([_shown(each) for each in page], next_cursor))


@router.delete(
    "/{key_id}",
    status_code=HTTPStatus.NO_CONTENT,
    openapi_extra=described(status=204) | {"parameters": [path_parameter("key_id")]},
)
async def revoke_key(request: Request) -> Response:
    """Take a key back for good: every server refuses it within two seconds."""
    caller = await admit(request, "keys.write")
    key_id = request.path_params["key_id"]
    if not _KEY_ID.fullmatch(key_id):
        raise NoSuch("key", key_id)
    await application_of(request).administration.revoke_key(caller.namespace, key_id)
    return no_content()


def _mark(cursor: str | None) -> KeyMark | None:
    if (name := name_after(cursor)) is None:
        return None
    if (parts := _MARK.fullmatch(name)) is None:
        raise WrongShape("/query/cursor", "This is no cursor.", "Send the next_cursor of the page before.")
    return KeyMark(Instant(int(parts[1])), parts[2])


def _shown(key: ApiKey) -> KeyShown:
    networks = [str(each) for each in key.networks]
    return KeyShown(
        key.key_id, key.role, key.label, key.subject_id, networks, key.is_signed, iso(key.created_at),
        time_text(key.revoked_at),
    )  # fmt: skip
