"""One transaction of the writer: claim keys, store rows, look again at what was not stored, keep answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from tessella.ports import Once
from tessella.storage import idempotency
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import SET_SCOPE, Scope
from tessella.storage.writing.submissions import UNCHANGED, Insert, Outcome, RowOutcome, Submission

#: What became of a submission: of each of its rows, or why none was looked at.
Result = Outcome | Exception

Cursor = psycopg.AsyncCursor[Any]
Group = tuple[Scope, str]
Groups = Mapping[Group, Sequence[Submission]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch whose rows are on their way."""

    batch: Sequence[Submission]
    #: Of submissions that are not written.
    refused: Mapping[Submission, Result]
    groups: Groups
    #: What the database says of each group.
    cursors: Mapping[Group, Cursor]


async def send(connection: Connection, scope: Scope, batch: Sequence[Submission]) -> Sent:
    """Send a batch in an open transaction, pipelined: nothing is waited for where no keys are claimed.

    `scope` is the one that is set.
    """
    refused: dict[Submission, Result] = {}
    scope = await _claim(connection, batch, refused) or scope
    groups = _grouped([each for each in batch if each not in refused])
    cursors = {}
    for group, submissions in groups.items():
        if group[0] != scope:
            await connection.execute(SET_SCOPE, group[0].parameters())
        scope = group[0]
        cursors[group] = await _store(connection, scope, submissions)
    return Sent(batch, refused, groups, cursors)


async def results_of(connection: Connection, sent: Sent) -> list[Result]:
    """What became of each submission, once the database has answered; nothing is committed when it returns."""
    found = dict(sent.refused)
    for group, cursor in sent.cursors.items():
        outcomes = await _outcomes(sent.groups[group], cursor)
        await _check(connection, group[0], sent.groups[group], outcomes)
        found |= zip(sent.groups[group], outcomes, strict=True)
    await _keep(connection, sent.batch, found)
    return [found[each] for each in sent.batch]


def _grouped(batch: Sequence[Submission]) -> Groups:
    """By scope and kind of row, in the same order in every process: no deadlocks."""
    groups: dict[Group, list[Submission]] = defaultdict(list)
    for submission in batch:
        groups[submission.scope, submission.insert.name].append(submission)
    return {group: groups[group] for group in sorted(groups)}


async def _claim(
    connection: Connection, batch: Sequence[Submission], results: dict[Submission, Result]
) -> Scope | None:
    """Put the results of those that are not to be written, as their keys say. Returns the scope that it set last."""
    scope = None
    for scope, keyed in _keyed(batch).items():
        await connection.execute(SET_SCOPE, scope.parameters())
        answers = await idempotency.begin_all(connection, scope, [once for _, once in keyed])
        results |= {each: found for (each, _), found in zip(keyed, answers, strict=True) if found is not None}
    return scope


async def _keep(connection: Connection, batch: Sequence[Submission], results: Mapping[Submission, Result]) -> None:
    for scope, keyed in _keyed(batch).items():
        answers = [
            (once.key, once.answer(outcome))
            for each, once in keyed
            if not isinstance(outcome := results[each], Exception)
        ]
        if answers:
            await connection.execute(SET_SCOPE, scope.parameters())
            await idempotency.finish_all(connection, scope, answers)


def _keyed(batch: Sequence[Submission]) -> Mapping[Scope, Sequence[tuple[Submission, Once[Outcome]]]]:
    keyed: dict[Scope, list[tuple[Submission, Once[Outcome]]]] = defaultdict(list)
    for submission in batch:
        if submission.once is not None:
            keyed[submission.claim_scope].append((submission, submission.once))
    return {scope: keyed[scope] for scope in sorted(keyed)}


async def _store(connection: Connection, scope: Scope, submissions: Sequence[Submission]) -> Cursor:
    insert = submissions[0].insert
    rows = [row for each in submissions for row in each.accepted()]
    if insert.journal is not None:
        await insert.journal.prepare(connection, scope, rows)
    return await connection.execute(insert.sql, _sent(scope, insert, rows))


def _sent(scope: Scope, insert: Insert, rows: Sequence[Any]) -> Mapping[str, str]:
    return {"namespace": scope.namespace, "rows": insert.encode(rows).decode()}


async def _outcomes(submissions: Sequence[Submission], cursor: Cursor) -> list[list[RowOutcome]]:
    """What each submission changed. A key that two of them hold counts for the first."""
    changed = await _changed(cursor) if submissions[0].insert.has_words else {}
    return [_outcome(each, changed) for each in submissions]


def _outcome(submission: Submission, changed: dict[Hashable, str]) -> list[RowOutcome]:
    if submission.done is None:
        return []
    key, refused = submission.insert.key, submission.refused
    if refused:
        return [refused.get(at) or changed.pop(key(row), UNCHANGED) for at, row in enumerate(submission.rows)]
    return [changed.pop(key(row), UNCHANGED) for row in submission.rows]


async def _changed(cursor: Cursor) -> dict[Hashable, str]:
    return {row[0] if len(row) == 2 else tuple(row[:-1]): row[-1] for row in await cursor.fetchall()}


async def _check(
    connection: Connection, scope: Scope, submissions: Sequence[Submission], outcomes: Sequence[list[RowOutcome]]
) -> None:
    """Ask about the rows that changed nothing, and put the answers among the outcomes."""
    insert = submissions[0].insert
    unchanged = [
        (outcome, at, row)
        for submission, outcome in zip(submissions, outcomes, strict=True)
        if UNCHANGED in outcome
        for at, row in enumerate(submission.rows)
        if outcome[at] == UNCHANGED
    ]
    if insert.check is None or not unchanged:
        return
    await connection.execute(SET_SCOPE, scope.parameters())
    found = await connection.execute(insert.check, _sent(scope, insert, [row for *_, row in unchanged]))
    for position, word in await found.fetchall():
        outcome, at, _ = unchanged[position - 1]
        outcome[at] = word
