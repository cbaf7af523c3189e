"""Which rows of a submission the database refuses: found by halves, in transactions that are undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import psycopg

from tessella.domain.errors import TessellaError
from tessella.storage.connections.connecting import Connection
from tessella.storage.scope import SET_SCOPE
from tessella.storage.writing.submissions import Submission, explained

#: After so many bad rows the rest of the submission is refused unseen: others wait for the writer.
_PATIENCE_ROWS: Final = 20


async def refused_rows(connection: Connection, submission: Submission) -> Mapping[int, TessellaError]:
    """The positions of the rows that are at fault, with the reasons. Raises what is no fault of a row."""
    refused: dict[int, TessellaError] = {}
    pending: list[Sequence[int]] = [range(len(submission.rows))]
    while pending:
        positions = pending.pop()
        fault = await _fault(connection, submission, [submission.rows[at] for at in positions])
        if fault is not None and (len(positions) == 1 or len(refused) >= _PATIENCE_ROWS):
            refused |= dict.fromkeys(positions, fault)
        elif fault is not None:
            half = len(positions) // 2
            pending += [positions[:half], positions[half:]]
    return refused


async def _fault(connection: Connection, submission: Submission, rows: Sequence[Any]) -> TessellaError | None:
    scope, insert = submission.scope, submission.insert
    try:
        async with connection.transaction(force_rollback=True):
            await connection.execute(SET_SCOPE, scope.parameters())
            sent = {"namespace": scope.namespace, "rows": insert.encode(rows).decode()}
            await connection.execute(insert.sql, sent)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        fault = explained(error)
        if isinstance(fault, TessellaError):
            return fault
        raise
    return None
