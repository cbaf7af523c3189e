"""OpenFeature's remote evaluation protocol (OFREP 0.3.0): a decision as flags, for any OpenFeature SDK."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from http import HTTPStatus
from time import perf_counter
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.access import MATRIX, Extent
from tessella.domain.decisions import Decision
from tessella.domain.errors import Invalid, TessellaError, WrongShape
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH, Json, SubjectId, nearest
from tessella.http.answers import answer
from tessella.http.auth import admit, admit_by
from tessella.http.bodies import read
from tessella.http.caps import DECISION
from tessella.http.errors import MalformedJson
from tessella.http.flags import flag, flag_keys, metadata
from tessella.http.openapi import described, path_parameter
from tessella.http.problems import answer_problem, status_of
from tessella.http.schemas.ofrep import EvaluationBody, EvaluationFailed, FlagShown, FlagsShown
from tessella.http.serving import application_of, metrics_of
from tessella.ports import Caller, Session
from tessella.usecases.decide import DecisionRequest

router = APIRouter(prefix="/ofrep/v1/evaluate/flags", tags=["openfeature"])

#: Headers that an error has here too.
_KEPT: Final = ("Retry-After", "WWW-Authenticate", "Connection")
_KEY: Final = {"parameters": [path_parameter("key")]}


@router.post("", openapi_extra=described(body="EvaluationBody", answer="FlagsShown"))
async def evaluate_flags(request: Request) -> Response:
    """Evaluate all flags with one decision. With If-None-Match, 304 while no value has changed."""
    try:
        caller = await _admitted(request)
        async with application_of(request).session(caller) as session:
            decision = await _decided(request, session)
            flags = [flag(key, decision, caller.role) for key in flag_keys(session.snapshot())]
    except TessellaError as error:
        return _failed(error)
    tag = _tag(flags)
    if request.headers.get("if-none-match") in (tag, f"W/{tag}", "*"):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
    return answer(FlagsShown(flags, metadata(decision, caller.role)), HTTPStatus.OK, {"ETag": tag})


@router.post("/{key}", openapi_extra=described(body="EvaluationBody", answer="FlagShown") | _KEY)
async def evaluate_flag(request: Request) -> Response:
    """Evaluate one flag with one decision."""
    key = request.path_params["key"]
    try:
        caller = await _admitted(request)
        async with application_of(request).session(caller) as session:
            keys = set(flag_keys(session.snapshot()))
            if key not in keys:
                return _not_found(key, nearest(key, keys))
            return answer(flag(key, await _decided(request, session), caller.role))
    except TessellaError as error:
        return _failed(error, key)


def _tag(flags: Sequence[FlagShown]) -> str:
    """The ETag of all values. Each decision has an id of its own, which does not count."""
    values = msgspec.json.encode([msgspec.structs.replace(each, metadata={}) for each in flags])
    return f'"{hashlib.sha256(values).hexdigest()[:32]}"'


async def _admitted(request: Request) -> Caller:
    """The caller by `Authorization`, or by the protocol's own header `X-API-Key`."""
    key = request.headers.get("x-api-key")
    if key is None or "authorization" in request.headers:
        return await admit(request, "decide")
    return await admit_by(request, b"Bearer " + key.encode("latin-1"), "decide")


async def _decided(request: Request, session: Session) -> Decision:
    body = await read(request, EvaluationBody, DECISION)
    context = dict(body.context)
    subject_id = _subject(context.pop("targetingKey", None), session.caller)
    began = perf_counter()
    decision = await usecases.decide(session, DecisionRequest(subject_id, context))
    metrics_of(request).decided(session.caller.namespace, decision, began)
    return decision


class TargetingKeyMissing(Invalid):
    """The context has no targetingKey, which names the subject."""


def _subject(named: Json, caller: Caller) -> SubjectId | None:
    """The subject; whoever acts for their own need not name it. Raises `TargetingKeyMissing` and `WrongShape`."""
    if named is None or named == "":
        if MATRIX.may(caller.role, "decide") is Extent.OWN:
            return None
        raise TargetingKeyMissing
    if not isinstance(named, str) or len(named) > SUBJECT_MAX_LENGTH:
        raise WrongShape("/context/targetingKey", f"It must be a text of 1 to {SUBJECT_MAX_LENGTH} characters.", "")
    return SubjectId(named)


def _code(error: TessellaError) -> str | None:
    """The protocol's code of an error that is in the request."""
    if isinstance(error, TargetingKeyMissing):
        return "TARGETING_KEY_MISSING"
    if isinstance(error, MalformedJson):
        return "PARSE_ERROR"
    return "INVALID_CONTEXT" if isinstance(error, Invalid) else None


def _failed(error: TessellaError, key: str | None = None) -> Response:
    """Errors of the request are all 400 here; any other has its usual status and headers."""
    code = _code(error)
    if code is None:
        usual = answer_problem(error)
        kept = {name: usual.headers[name] for name in _KEPT if name in usual.headers}
        return answer(EvaluationFailed(error.message), status_of(error), kept)
    details = " ".join(f"{each.pointer} {each.message} {each.hint()}".strip() for each in error.faults())
    return answer(EvaluationFailed(details, code, key), HTTPStatus.BAD_REQUEST)


def _not_found(key: str, near: str | None) -> Response:
    hint = f' Did you mean "{near}"?' if near else ""
    failed = EvaluationFailed(f'There is no flag "{key}".{hint}', "FLAG_NOT_FOUND", key)
    return answer(failed, HTTPStatus.NOT_FOUND)
