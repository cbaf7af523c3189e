"""The one way out for errors: `application/problem+json` as RFC 9457 describes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tessella.domain import errors
from tessella.domain.errors import TessellaError, WrongShape
from tessella.domain.identifiers import point
from tessella.http.errors import (
    BodyCutShort,
    EncodingUnknown,
    HeadTooLarge,
    MalformedJson,
    MethodNotAllowed,
    NoSuchPath,
    PackingBroken,
    RequestStalled,
    TooManyRequests,
)
from tessella.http.schemas.problem import Fault, Problem
from tessella.logs import REQUEST_ID
from tessella.ports import AlreadyAnswered

MEDIA_TYPE: Final = "application/problem+json"

#: The first category that fits says the status.
STATUSES: Final[Mapping[type[TessellaError], HTTPStatus]] = {
    MalformedJson: HTTPStatus.BAD_REQUEST,
    BodyCutShort: HTTPStatus.BAD_REQUEST,
    PackingBroken: HTTPStatus.BAD_REQUEST,
    EncodingUnknown: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    RequestStalled: HTTPStatus.REQUEST_TIMEOUT,
    HeadTooLarge: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Denied: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
#: What a client has to know besides.
_HEADERS: Final[Mapping[HTTPStatus, Mapping[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {"Connection": "close"},
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: {"Accept-Encoding": "gzip"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "1"},
}
_INNER_CAPITAL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def handle_errors(app: FastAPI) -> None:
    """Have every error of `app` answered as a problem."""
    app.add_exception_handler(TessellaError, _ours)
    app.add_exception_handler(AlreadyAnswered, _again)
    app.add_exception_handler(HTTPException, _routing)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(Exception, answer_unexpected)


def answer_problem(error: TessellaError) -> Response:
    """The response for one error."""
    status = status_of(error)
    headers = dict(_HEADERS.get(status, {}))
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = error.allow
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.seconds)
    return _answer(problem_of(error, status), headers)


def answer_again(earlier: AlreadyAnswered) -> Response:
    """The response that was given before to the same request under the same key."""
    kept = earlier.kept
    return Response(kept.body, kept.status, {**kept.headers, "Idempotent-Replayed": "true"})


def status_of(error: TessellaError) -> HTTPStatus:
    """The status of an error: that of its category, 500 for one that has none."""
    fitting = (status for category, status in STATUSES.items() if isinstance(error, category))
    return next(fitting, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem_of(error: TessellaError, status: HTTPStatus) -> Problem:
    """The error as a record. `type` names the class of the error, or of its only fault."""
    faults = list(error.faults())
    shown = faults[0] if len(faults) == 1 else error
    detail = shown.message if len(faults) == 1 else f"There are {len(faults)} faults."
    kind = problem_type(type(shown).__name__)
    told = [fault_of(each) for each in faults]
    return Problem(kind, status.phrase, status, detail, told, REQUEST_ID.get(), shown.counts())


def fault_of(error: TessellaError) -> Fault:
    """One fault as a record."""
    return Fault(error.pointer, error.message, error.hint())


def problem_type(name: str) -> str:
    """The `type` of a problem for the name of an error's class.

    >>> problem_type("NoSuch")
    'urn:tessella:no-such'
    """
    return f"urn:tessella:{_INNER_CAPITAL.sub('-', name).lower()}"


def _answer(problem: Problem, headers: Mapping[str, str]) -> Response:
    return Response(msgspec.json.encode(problem), problem.status, headers, MEDIA_TYPE)


async def _ours(_: Request, error: Any) -> Response:
    return answer_problem(error)


async def _again(_: Request, error: Any) -> Response:
    return answer_again(error)


async def _routing(request: Request, error: Any) -> Response:
    path = request.scope["path"]
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return answer_problem(MethodNotAllowed(path, request.method, (error.headers or {}).get("Allow", "")))
    return answer_problem(NoSuchPath(path))


async def _parameters(_: Request, error: Any) -> Response:
    """A query parameter or header that the framework refused."""
    found = [WrongShape(point("", *each["loc"]), f"{each['msg']}.") for each in error.errors()]
    return answer_problem(errors.Faults(found))


async def answer_unexpected(_: Request, __: Exception) -> Response:
    """A fault of ours. The server logs it; the client learns that it happened, and nothing else."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    text = "Something went wrong in the server. It is logged."
    return _answer(Problem("urn:tessella:internal", status.phrase, status, text, [], REQUEST_ID.get()), {})
