"""A segment's key: what it is called wherever it is stored or sent."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final
from urllib.parse import quote

#: The key where an experiment has no segments.
EVERYBODY: Final = "default"
#: What stands for a dimension that is not known of a unit, or has too many values.
OTHER: Final = "other"
#: So many keys of an experiment are told apart: by each process that runs, as it learns late of what others add.
KEYS_MAX: Final = 200
#: A longer value is cut.
_LONGEST: Final = 128
#: Characters that a value may have in a key as they are.
_PLAIN: Final = " -_.~@+/"


def segment_key(context: Mapping[str, Hashable], dimensions: Sequence[str]) -> str:
    """The key of a context by some dimensions, in their order.

    >>> segment_key({"source": "instagram", "device": "mobile"}, ["source", "device"])
    'source:instagram|device:mobile'
    >>> segment_key({}, ["source"]), segment_key({"source": "a|b"}, ["source"]), segment_key({}, [])
    ('source:other', 'source:a%7Cb', 'default')
    """
    return "|".join([f"{each}:{_level(context.get(each))}" for each in dimensions]) or EVERYBODY


def within_limit(key: str, known: AbstractSet[str], dimensions: Sequence[str]) -> str:
    """The key itself, unless it is new and there are `KEYS_MAX` already: then the one whose every level is `other`.

    >>> within_limit("source:new", {"source:a"}, ["source"])
    'source:new'
    >>> within_limit("source:new", set(map(str, range(KEYS_MAX))), ["source"])
    'source:other'
    """
    return key if key in known or len(known) < KEYS_MAX else segment_key({}, dimensions)


@lru_cache(maxsize=4096, typed=True)
def _level(value: Hashable) -> str:
    match value:
        case None | "":
            return OTHER
        case bool():
            return "true" if value else "false"
        case _:
            return quote(str(value)[:_LONGEST], safe=_PLAIN)
