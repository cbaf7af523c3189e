"""Headers that every answer has: a browser that meets one runs nothing of it, frames it nowhere and keeps no copy.

A page sets its own where it needs other ones: see `http/routes/admin_app.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Header = tuple[bytes, bytes]

_DAY_SECONDS: Final = 86_400

#: For an answer that is no page: it may load, run, frame and send nothing at all.
NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#: Of every answer, unless the route has said otherwise.
ALWAYS: Final[tuple[Header, ...]] = (
    (b"content-security-policy", NOTHING.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)


def headers_of_all(transport_security_days: int) -> tuple[Header, ...]:
    """`ALWAYS`, and that a browser is to come by TLS only for so many days; 0 says nothing of it.

    >>> headers_of_all(0) == ALWAYS
    True
    >>> headers_of_all(1)[-1]
    (b'strict-transport-security', b'max-age=86400')
    """
    if not transport_security_days:
        return ALWAYS
    return (*ALWAYS, (b"strict-transport-security", b"max-age=%d" % (transport_security_days * _DAY_SECONDS)))


def missing(present: Sequence[Header], wanted: Sequence[Header]) -> list[Header]:
    """Those of `wanted` whose name is not among `present`.

    >>> missing([(b"cache-control", b"no-cache")], [(b"cache-control", b"no-store"), (b"vary", b"Origin")])
    [(b'vary', b'Origin')]
    """
    names = {name.lower() for name, _ in present}
    return [header for header in wanted if header[0] not in names]
