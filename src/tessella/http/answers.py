"""The one way out for results: a record as a JSON response."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

_ENCODER = msgspec.json.Encoder()


class Answer(Response):
    """A JSON response whose headers need no encoding, as there is one for every decision."""

    def __init__(self, body: bytes, status: int = HTTPStatus.OK) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]


def answer(record: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response:
    """The record as JSON."""
    response = Answer(_ENCODER.encode(record), status)
    if headers:
        response.headers.update(headers)
    return response


def no_content() -> Response:
    """Done, and there is nothing to say."""
    return Response(status_code=HTTPStatus.NO_CONTENT)
