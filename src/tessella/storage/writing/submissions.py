"""What the writer is given, and what it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
import psycopg

from tessella.domain.errors import TessellaError
from tessella.ports import Once
from tessella.storage.connections.connecting import Connection, first_line
from tessella.storage.errors import RowsDenied, RowsRefused
from tessella.storage.scope import Scope

#: What became of a row: a word of the statement, `UNCHANGED`, or why it was refused.
RowOutcome = str | TessellaError
#: Of each row of a submission, in their order.
Outcome = Sequence[RowOutcome]
#: The row changed nothing: it is known, or something newer is.
UNCHANGED: Final = "unchanged"


class Journal(Protocol):
    """What an insert has to know from one transaction to the next, such as the head of a chain of hashes.

    The writer calls, for each scope in a transaction: `prepare`, then the insert's `encode`. After the commit it calls
    `keep`. When the transaction is undone, refused or lost it calls `forget`, and `prepare` of the next one has to read
    the database again. Whether a lost COMMIT took place is found out before anything else is written: rows come again
    only if it did not, or if that cannot be known because the server is another one.
    """

    async def prepare(self, connection: Connection, scope: Scope, rows: Sequence[Any]) -> None:
        """Read what `encode` needs, in the transaction and scope in which the rows will be written."""
        ...

    def keep(self) -> None:
        """All that was encoded since the last call is committed."""
        ...

    def forget(self) -> None:
        """All that was encoded since the last call is not known to be committed."""
        ...


@dataclass(frozen=True, slots=True)
class Insert:
    """A statement that stores rows sent as one JSON array, idempotently, and returns (key..., word) of what it did."""

    name: str
    #: Has the parameters `namespace` and `rows`.
    sql: str
    encode: Callable[[Sequence[Any]], bytes]
    #: What the statement names a row by; as many values as it returns before the word.
    key: Callable[[Any], Hashable]
    #: A second statement, about the rows of which the first says nothing. Returns (position from 1, word). It sees what
    #: others committed while the first one waited for them.
    check: str | None = None
    journal: Journal | None = None
    #: Whether the statement says anything: of one that does not, rows count as `UNCHANGED`.
    has_words: bool = True


class Submission(msgspec.Struct, frozen=True, eq=False):
    """Rows of one sender, in the scope in which they are to be stored. A struct: one is made for every decision."""

    scope: Scope
    insert: Insert
    rows: Sequence[Any]
    #: None where nobody waits.
    done: asyncio.Future[Outcome] | None
    #: When it came, by the monotonic clock; and how many bytes it holds, about.
    at: float
    size: int = 0
    #: The request that is to take effect once.
    once: Once[Outcome] | None = None
    #: Rows that the database does not accept, by position: they are left out.
    refused: Mapping[int, TessellaError] = {}
    #: In whose scope the key of `once` stands, where that is not the scope of the rows.
    claimed_in: Scope | None = None

    @property
    def claim_scope(self) -> Scope:
        """In whose scope the key of `once` stands."""
        return self.claimed_in or self.scope

    def settle(self, outcome: Outcome) -> None:
        """Tell the sender what became of the rows."""
        if self.done is not None and not self.done.done():
            self.done.set_result(outcome)

    def fail(self, error: Exception) -> None:
        """Tell the sender that nothing was stored, and why."""
        if self.done is not None and not self.done.done():
            self.done.set_exception(error)

    def is_abandoned(self) -> bool:
        """Whether the sender has ceased to wait."""
        return self.done is not None and self.done.done()

    def identity(self) -> Hashable:
        """What no two submissions of a transaction may share; None when that does not matter."""
        return None if self.once is None else (self.scope.namespace, self.claim_scope.subject, self.once.key)

    def accepted(self) -> Sequence[Any]:
        """The rows without those that the database refuses."""
        return [row for at, row in enumerate(self.rows) if at not in self.refused] if self.refused else self.rows


def explained(error: psycopg.Error) -> TessellaError | psycopg.Error:
    """A fault of the rows or of their sender as our error; anything else is a fault of the statement, and stays."""
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return RowsDenied()
    return RowsRefused(first_line(error)) if isinstance(error, psycopg.DataError | psycopg.IntegrityError) else error
