"""What the messages of errors are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, Final

#: So many names are told to choose from.
_MOST_NAMED: Final = 10
_NOT_KEPT: Final = re.compile("[\0\ud800-\udfff]")


def shown(value: Any) -> str:
    r"""A JSON value as it can stand in a message: on one line, in ASCII, at most 80 characters.

    >>> shown("a\0b"), shown(None), shown([1, 2])
    ('"a\\u0000b"', 'null', '[1, 2]')
    """
    written = json.dumps(value[:80] if isinstance(value, str | list) else value, default=str)
    return written if len(written) <= 80 else written[:77] + "..."


def storable(text: str, most: int) -> str:
    r"""A text that came from elsewhere as it can be stored: no NUL, no half of a surrogate pair, `most` characters.

    >>> storable("a\0b\udcff...", 4)
    'a?b?'
    """
    return _NOT_KEPT.sub("?", text[:most])


def there_is(known: Collection[str]) -> str:
    """What there is to choose from, or some of it; empty where there is nothing.

    >>> there_is({"b", "a"})
    'There is a, b.'
    """
    return f"There is {', '.join(sorted(known)[:_MOST_NAMED])}." if known else ""
