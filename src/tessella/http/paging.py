"""Lists page by cursor: the cursor is the name of the last object of a page, encoded so that nobody builds on it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final

from tessella.domain.errors import WrongShape
from tessella.ports import StoredDefinition

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


def _cursor(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _name(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise WrongShape("/query/cursor", "This is no cursor.", "Send the next_cursor of the page before.") from error
