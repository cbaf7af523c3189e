"""Moments of one server's history: what was written after one can be told exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tessella.storage.connections.connecting import Connection

#: Everything was written after it.
_BEGINNING: Final = "3:3:"
_PRESENT: Final = "SELECT pg_current_snapshot()::text, (SELECT system_identifier::text FROM pg_control_system())"


@dataclass(frozen=True, slots=True)
class Horizon:
    """What can be seen at a moment. Those of two servers cannot be compared."""

    snapshot: str
    server: str


async def present_horizon(connection: Connection) -> Horizon:
    """What can be seen now."""
    found = await (await connection.execute(_PRESENT)).fetchone()
    assert found is not None, "a SELECT without FROM gives a row"
    return Horizon(*found)


def written_after(horizon: str) -> str:
    """SQL: whether a row was written by a transaction that could not be seen at a horizon; `horizon` is SQL for that.

    Exact, whatever order transactions end in. The row has its transaction in `changed`; the first half is for an index.
    """
    earlier = f"{horizon}::pg_snapshot"
    return f"changed >= pg_snapshot_xmin({earlier}) AND NOT pg_visible_in_snapshot(changed, {earlier})"


def since(earlier: Horizon, now: Horizon) -> str:
    """After what to look for changes: after everything when the earlier moment was another server's."""
    return earlier.snapshot if earlier.server == now.server else _BEGINNING
