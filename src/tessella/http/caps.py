"""How large and how deep a body may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from tessella.domain.errors import RuleTooLarge
from tessella.domain.rules.ast import MAX_DEPTH
from tessella.http.errors import TooManyObjects


@dataclass(frozen=True, slots=True)
class Cap:
    """The limits of one kind of body."""

    bytes: int
    #: Objects and lists inside one another.
    depth: int = 32


#: One decision.
DECISION: Final = Cap(64 * 1024)
#: One recommendation, which may name some thousand items.
RECOMMENDATION: Final = Cap(512 * 1024)
#: What is ingested.
INGEST: Final = Cap(1024 * 1024)
#: Definitions and rules. Each level of a rule is an object and mostly a list; the rule's own limit is `MAX_DEPTH`.
DEFINITION: Final = Cap(1024 * 1024, depth=2 * MAX_DEPTH + 8)
#: Many definitions at once.
DEFINITIONS: Final = Cap(16 * 1024 * 1024, depth=DEFINITION.depth + 4)
BATCH: Final = Cap(16 * 1024 * 1024)

#: Objects and lists of one body. A full batch has some 100,000; a decoder would make five million of 16 MiB.
MOST_OBJECTS: Final = 250_000

_STEPS: Final = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}
_ALL_BUT_STRUCTURE: Final = bytes(set(range(256)) - set(b'"{}[]'))
_ESCAPE: Final = re.compile(rb"\\.", re.DOTALL)
_TEXT: Final = re.compile(rb'"[^"]*"')


def check_depth(raw: bytes, limit: int) -> None:
    """Raises `RuleTooLarge` for JSON that is nested deeper than `limit`. Neither parses nor recurses.

    >>> check_depth(b'[[["]]]]"]]]', 3)
    """
    if raw.count(b"{") + raw.count(b"[") > limit and depth_of(raw) > limit:
        raise RuleTooLarge("", "deep", limit, "levels of JSON")


def check_objects(raw: bytes) -> None:
    """Raises `TooManyObjects` for JSON of more objects and lists than `MOST_OBJECTS`."""
    if len(raw) > MOST_OBJECTS and raw.count(b"{") + raw.count(b"[") > MOST_OBJECTS:
        raise TooManyObjects(MOST_OBJECTS)


def depth_of(raw: bytes) -> int:
    """How many objects and lists lie inside one another; any number when `raw` is not JSON."""
    plain = _ESCAPE.sub(b"", raw) if b"\\" in raw else raw
    structure = _TEXT.sub(b"", plain.translate(None, _ALL_BUT_STRUCTURE)).replace(b'"', b"")
    return max(accumulate(map(_STEPS.__getitem__, structure)), default=0)
