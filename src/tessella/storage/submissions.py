"""What the writer is given, what it does with it in one transaction, and what it answers."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import psycopg

from tessella.storage.errors import RowsDenied, RowsRefused
from tessella.storage.scope import SET_SCOPE, Scope

#: What became of rows, by their key: a word of the statement. A key that is missing changed nothing.
Outcome = Mapping[Hashable, str]


@dataclass(frozen=True, slots=True)
class Insert:
    """A statement that stores rows sent as one JSON array, idempotently, and returns (key..., word) of what it did."""

    name: str
    #: Has the parameters `namespace` and `rows`.
    sql: str
    encode: Callable[[Sequence[Any]], bytes]
    #: What the statement names a row by; as many values as it returns before the word.
    key: Callable[[Any], Hashable]


class Submission(msgspec.Struct, frozen=True, eq=False):
    """Rows of one sender, in the scope in which they are to be stored. A struct: one is made for every decision."""

    scope: Scope
    insert: Insert
    rows: Sequence[Any]
    #: None where nobody waits.
    done: asyncio.Future[Outcome] | None

    def settle(self, outcome: Outcome) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_result(outcome)

    def fail(self, error: Exception) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_exception(error)

    def is_abandoned(self) -> bool:
        return self.done is not None and self.done.done()


async def send(
    connection: psycopg.AsyncConnection[Any], batch: Sequence[Submission]
) -> dict[tuple[Scope, str], psycopg.AsyncCursor[Any]]:
    """Send one statement for each scope and kind of row, in a pipeline; the results come after its end."""
    groups: dict[tuple[Scope, str], list[Submission]] = defaultdict(list)
    for submission in batch:
        groups[submission.scope, submission.insert.name].append(submission)
    cursors = {}
    for group in sorted(groups):  # the same order in every process: no deadlocks
        scope, insert = group[0], groups[group][0].insert
        rows = [row for submission in groups[group] for row in submission.rows]
        await connection.execute(SET_SCOPE, scope.parameters())
        sent = {"namespace": scope.namespace, "rows": insert.encode(rows).decode()}
        cursors[group] = await connection.execute(insert.sql, sent)
    return cursors


async def outcomes(
    batch: Sequence[Submission], cursors: Mapping[tuple[Scope, str], psycopg.AsyncCursor[Any]]
) -> list[Outcome]:
    """What each submission changed. A key that two of them hold counts for the first."""
    changed = {group: await _changed(cursor) for group, cursor in cursors.items()}
    return [_outcome(each, changed[each.scope, each.insert.name]) for each in batch]


def explained(error: psycopg.Error, reason: str) -> Exception:
    """A fault of the rows or of their sender as our error; anything else is a fault of the statement, and stays."""
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return RowsDenied()
    return RowsRefused(reason) if isinstance(error, psycopg.DataError | psycopg.IntegrityError) else error


async def _changed(cursor: psycopg.AsyncCursor[Any]) -> dict[Hashable, str]:
    if cursor.description is None:
        return {}
    return {row[0] if len(row) == 2 else tuple(row[:-1]): row[-1] for row in await cursor.fetchall()}


def _outcome(submission: Submission, changed: dict[Hashable, str]) -> Outcome:
    if submission.done is None:
        return {}
    keys = {submission.insert.key(row) for row in submission.rows}
    return {key: changed.pop(key) for key in keys if key in changed}
