"""`Idempotency-Key`: a request that is sent again under its key is answered as before, and changes nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextvars import copy_context
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from tessella.domain.errors import WrongShape
from tessella.http.bodies import remembered
from tessella.http.caps import BATCH
from tessella.ports import KeptAnswer, Once

T = TypeVar("T")

_HEADER: Final = "idempotency-key"
_KEY: Final = re.compile(r"[!-~]{1,256}")
#: What the server adds to every answer by itself.
_NOT_KEPT: Final = frozenset({"content-length"})


def once(request: Request, raw: bytes, render: Callable[[T], Response]) -> Once[T] | None:
    """What makes this request one that takes effect once; None when it carries no key.

    `raw` is the body. `render` makes the answer of what the change returns; it runs in the transaction of the change.
    Raises `WrongShape` for a key that cannot be one.
    """
    key = request.headers.get(_HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise WrongShape("", "The Idempotency-Key is 1 to 256 printable characters of ASCII.", "A UUID is a good one.")
    query = f"?{request.url.query}" if request.url.query else ""
    route = f"{request.method} {request.url.path}{query}"
    asked = copy_context()  # the writer, which makes the answer, is nobody's request
    return Once(key, route, hashlib.sha256(raw).digest(), lambda found: asked.run(lambda: _kept(render(found))))


async def once_read(request: Request, render: Callable[[T], Response]) -> Once[T] | None:
    """The same for a body that is not read yet; it can be read after this."""
    if _HEADER not in request.headers:
        return None
    return once(request, await remembered(request, BATCH.bytes), render)


def _kept(response: Response) -> KeptAnswer:
    headers = {name: value for name, value in response.headers.items() if name not in _NOT_KEPT}
    return KeptAnswer(response.status_code, headers, bytes(response.body))
