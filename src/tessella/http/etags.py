"""ETags of definitions: the version of the object, in quotes."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request

from tessella.http.errors import UnknownTag

_TAG: Final = re.compile(r'\s*(?:W/)?"(\d{1,9})"\s*')


def etag(version: int) -> str:
    """The ETag of a version.

    >>> etag(3)
    '"3"'
    """
    return f'"{version}"'


def expected_version(request: Request) -> int | None:
    """The version that `If-Match` names, 0 for `If-None-Match: *`, None when neither is sent or any version will do.

    Raises `UnknownTag` for a tag that no version ever had.
    """
    tag = request.headers.get("if-match", "*")
    if tag != "*":
        found = _TAG.fullmatch(tag)
        if not found:
            raise UnknownTag(tag)
        return int(found[1])
    return 0 if request.headers.get("if-none-match") == "*" else None
