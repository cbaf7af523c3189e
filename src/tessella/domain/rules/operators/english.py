"""How the values in a rule are said in English, so that no value can be mistaken for a word of the sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import islice
from typing import Final

from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.operators.operands import written

LISTED: Final = 10

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_WORDS: Final = frozenset({"and", "or", "not", "true", "false", "is", "nobody", "everyone"})


def say(value: Value, kind: FeatureType) -> str:
    """One value. Text is quoted unless it is a plain word.

    >>> say("VIP", FeatureType.STRING), say("a and b", FeatureType.STRING), say(5.0, FeatureType.NUMBER)
    ('VIP', '"a and b"', '5')
    """
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if kind is FeatureType.TIMESTAMP:
        return str(written(value, kind))
    return quote(written(value, kind))


def quote(value: object) -> str:
    """The value as JSON writes it."""
    return json.dumps(value, ensure_ascii=False)


def say_list(values: Iterable[Value], kind: FeatureType) -> str:
    """Several values in parentheses, the first ten by name.

    >>> say_list(("casino", "home"), FeatureType.STRING)
    '(casino, home)'
    """
    listed = list(values)
    named = [say(each, kind) for each in islice(listed, LISTED)]
    rest = [f"{len(listed) - LISTED} more"] if len(listed) > LISTED else []
    return f"({', '.join([*named, *rest])})"
