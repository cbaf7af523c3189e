"""Lists page by cursor: the cursor is the name or number of the last object of a page.

It is encoded so that nobody builds on it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from tessella.domain.errors import WrongShape
from tessella.ports import StoredDefinition

T = TypeVar("T")

_NUMBER: Final = re.compile(r"\d{1,18}", re.ASCII)

MOST: Final = 1000
USUAL: Final = 100


def page_of(
    objects: Sequence[StoredDefinition], cursor: str | None, limit: int
) -> tuple[Sequence[StoredDefinition], str | None]:
    """The objects after the cursor, at most `limit`, and the cursor of the next page; None when there is none.

    `objects` are in the order of their names. Raises `WrongShape` for a cursor that we did not make.
    """
    after = "" if cursor is None else _name(cursor)
    rest = [each for each in objects if each.identifier > after]
    shown = rest[:limit]
    return shown, _cursor(shown[-1].identifier) if len(rest) > limit else None


def page_below(found: Sequence[T], limit: int, number: Callable[[T], int]) -> tuple[Sequence[T], str | None]:
    """The first `limit` of what was found, numbered downwards, and the cursor of the next page if there is more."""
    return page_by_name(found, limit, lambda each: str(number(each)))


def page_by_name(found: Sequence[T], limit: int, name: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """The same of what was found in the order of its names."""
    page = found[:limit]
    return page, _cursor(name(page[-1])) if len(found) > limit else None


def name_after(cursor: str | None) -> str | None:
    """The name that ended the page before. Raises `WrongShape` for a cursor that we did not make."""
    return None if cursor is None else _name(cursor)


def named_cursor(name: str) -> str:
    """The cursor that `name_after` reads."""
    return _cursor(name)


def number_after(cursor: str | None) -> int | None:
    """The number that ended the page before. Raises `WrongShape` for a cursor that we did not make."""
    if cursor is None:
        return None
    name = _name(cursor)
    if not _NUMBER.fullmatch(name):
        raise _no_cursor()
    return int(name)


def _cursor(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _name(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise _no_cursor() from error


def _no_cursor() -> WrongShape:
    return WrongShape("/query/cursor", "This is no cursor.", "Send the next_cursor of the page before.")
