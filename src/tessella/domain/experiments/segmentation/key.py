"""A segment's key: what it is called wherever it is stored or sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote

#: The key where an experiment has no segments.
EVERYBODY: Final = "default"
#: What stands for a dimension that is not known of a unit, or has too many values.
OTHER: Final = "other"
#: Characters that a value may have in a key as they are.
_PLAIN: Final = " -_.~@+/"


def segment_key(context: Mapping[str, object], dimensions: Sequence[str]) -> str:
    """The key of a context by some dimensions, in their order.

    >>> segment_key({"source": "instagram", "device": "mobile"}, ["source", "device"])
    'source:instagram|device:mobile'
    >>> segment_key({}, ["source"]), segment_key({"source": "a|b"}, ["source"]), segment_key({}, [])
    ('source:other', 'source:a%7Cb', 'default')
    """
    return "|".join(f"{each}:{_level(context.get(each))}" for each in dimensions) or EVERYBODY


def _level(value: object) -> str:
    match value:
        case None | "":
            return OTHER
        case bool():
            return "true" if value else "false"
        case _:
            return quote(str(value), safe=_PLAIN)
