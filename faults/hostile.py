"""What nobody means well: bodies that no route takes, and requests that are none."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Final

BODIES: Final[Mapping[str, bytes]] = {
    "empty": b"",
    "not json": b"{'a': 1}",
    "torn": b'{"a": [1, 2',
    "not utf-8": b'{"a": "\xff\xfe"}',
    "utf-16": '{"a": 1}'.encode("utf-16"),
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "only openings": b"[" * 1_000_000,
    "nan": b'{"a": NaN}',
    "overflow": b'{"a": 1e400}',
    "70 bits": b'{"a": 1180591620717411303424}',
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "nul": rb'{"a\u0000": "\u0000"}',
    "surrogate": rb'{"a": "\udc00"}',
    "17 MiB": b'{"a": "' + b"x" * (17 << 20) + b'"}',
    "a million objects": b'{"requests": [' + b"{}," * 1_000_000 + b"{}]}",
    "a list": b"[]",
    "a list of lists": b"[[[]]]",
    "a text": b'"text"',
    "null": b"null",
    "unknown": b'{"no_such_field": 1}',
    "wrong types": b'{"context": 1, "events": {}, "facts": "x", "expr": [], "rules": 1, "requests": 0}',
    "prototype": b'{"__proto__": {"a": 1}, "__class__": "x"}',
    "quotes": b'{"\\"": "\\\\"}',
}

#: A thousand times as much when it is unpacked.
GZIP_BOMB: Final = gzip.compress(bytes(16 << 20), 9)

_HEAD: Final = b"POST /api/v1/decide HTTP/1.1\r\nHost: x\r\n"
_END: Final = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
_EMPTY: Final = b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
#: Whole requests as they are sent. After each the client sends no more, and waits for the end.
REQUESTS: Final[Mapping[str, bytes]] = {
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
    "http 0.9": b"GET /\r\n\r\n",
    "http 3.7": b"GET / HTTP/3.7\r\nHost: x\r\n\r\n",
    "a method of 10,000 letters": b"G" * 10_000 + b" / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path of 100,000 letters": b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a path out of its folder": b"GET /app/../../../../etc/passwd" + _END,
    "the same, written otherwise": b"GET /app/%2e%2e/%2e%2e/%2e%2e/etc/passwd" + _END,
    "nul in the path": b"GET /app/%00" + _END,
    "no utf-8 in the path": b"GET /api/v1/segments/%ff%fe" + _END,
    "1,000 headers": b"GET / HTTP/1.1\r\n" + b"".join(b"x-%d: y\r\n" % n for n in range(1_000)) + b"\r\n",
    "a header of 100,000 letters": b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    "a header that goes on": b"GET / HTTP/1.1\r\nHost: x\r\n y\r\nConnection: close\r\n\r\n",
    "nul in a header": b"GET / HTTP/1.1\r\nHost: x\x00\r\nConnection: close\r\n\r\n",
    "two lengths": _HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a negative length": _HEAD + b"Content-Length: -1\r\n\r\n{}",
    "a length of 30 digits": _HEAD + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}",
    "length and pieces": _HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "pieces of no length": _HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a piece too large": _HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
    "a credential of 20,000 letters": _HEAD
    + b"Authorization: Bearer "
    + b"a" * 20_000
    + b"\r\nContent-Length: 0\r\n\r\n",
    "a credential that is no text": _HEAD + b"Authorization: Bearer \xff\xfe\xfd" + _EMPTY,
    "half a pair": b"GET /api/v1/segments/%ed%a0%80" + _END,
}
