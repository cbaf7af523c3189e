"""What an error looks like."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong."""

    #: JSON pointer (RFC 6901) into the body; empty for the whole request.
    pointer: str
    message: str
    #: What to do about it; may be empty.
    hint: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A problem as RFC 9457 describes it, with every fault that was found."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault]
    #: Of this request, as the header `X-Request-Id` and the server's log have it.
    request_id: str
    #: How far it is from right, by name; only where that can be counted.
    counts: Mapping[str, int] = {}
