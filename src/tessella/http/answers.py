"""The one way out for results: a record as a JSON response."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

_ENCODER = msgspec.json.Encoder()


def answer(record: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response:
    """The record as JSON."""
    return Response(_ENCODER.encode(record), status, headers, "application/json")


def no_content() -> Response:
    """Done, and there is nothing to say."""
    return Response(status_code=HTTPStatus.NO_CONTENT)
