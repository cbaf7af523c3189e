"""Parts that give rows to the group-commit writer: how they write, and what they tell of rows that were refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any, TypeVar

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Pointer, point
from tessella.storage.errors import EventConflict
from tessella.storage.scope import Scope, scope_of
from tessella.storage.sessions.base import SessionBase
from tessella.storage.writing.submissions import Insert, Outcome

T = TypeVar("T")


class WritingBase(SessionBase):
    """A part that writes rows."""

    __slots__ = ()

    async def _write(
        self, insert: Insert, rows: Sequence[Any], told: Callable[[Outcome], T], scope: Scope | None = None
    ) -> Outcome:
        """Write rows in a scope, the caller's own where none is named. The key of a request is always the caller's."""
        if not rows:
            return []
        self._parts.database.presence.refuse_while_away()
        once, own = None if self._once is None else self._once.after(told), scope_of(self.caller)
        size = len(insert.encode(rows))
        return await self._parts.writer.write(scope or own, insert, rows, size=size, once=once, claimed_in=own)


def refusals_of(outcome: Outcome, at: Sequence[Pointer], names: Sequence[str] = ()) -> Iterator[TessellaError]:
    """An error with its pointer for each row that was refused."""
    for position, word in enumerate(outcome):
        if word == "conflict":
            error: TessellaError = EventConflict(names[position])
        elif isinstance(word, TessellaError):
            error = copy(word)
        else:
            continue
        error.pointer = at[position] if at else point("", position)
        yield error


def row_of(error: TessellaError) -> int:
    """The position of the row that an error points at: the first number of its pointer."""
    return next((int(step) for step in error.pointer.split("/") if step.isdecimal()), 0)
