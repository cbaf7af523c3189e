"""What a variant shows: any JSON object that is not too long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Final

import msgspec

from tessella.domain.errors import TessellaError, WrongShape
from tessella.domain.identifiers import Json, Pointer, point

#: Bytes of JSON. Every process holds the contents of every experiment.
LONGEST_CONTENT: Final = 32 * 1024


def content_faults(content: Mapping[str, Json], at: Pointer) -> Iterator[TessellaError]:
    """Numbers that JSON does not have, and a content that is too long."""
    yield from _not_finite(content, at)
    if (length := len(msgspec.json.encode(content))) > LONGEST_CONTENT:
        problem = f"The content is {length:,} bytes of JSON; {LONGEST_CONTENT:,} are the most."
        yield WrongShape(at, problem, "Keep what is large elsewhere, and its address here.")


def _not_finite(value: Json, at: Pointer) -> Iterator[TessellaError]:
    match value:
        case float() if not isfinite(value):
            yield WrongShape(at, f"{value} is no number of JSON.", "Write it as a text, or leave it out.")
        case Mapping():
            for name, each in value.items():
                yield from _not_finite(each, point(at, name))
        case list() | tuple():
            for index, each in enumerate(value):
                yield from _not_finite(each, point(at, index))
