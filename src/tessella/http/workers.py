"""The HTTP workers of a supervisor, as child processes that share its listening socket."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.processes import ChildSpec


class WorkerPlan(msgspec.Struct, frozen=True):
    """What one worker is told. It travels on a command line, which is no secret."""

    #: The descriptor of the listening socket.
    listening: int
    #: Descriptors that the worker keeps open to its end.
    held: tuple[int, ...]
    #: The connection string of the embedded server; None for your own database, which the settings name.
    dsn: str | None
    #: A private folder where the workers leave their figures for each other.
    run_folder: str


def worker_specs(count: int, plan: WorkerPlan, environment: Mapping[str, str]) -> list[ChildSpec]:
    """`count` workers after one plan."""
    told, descriptors = msgspec.json.encode(plan).decode(), (plan.listening, *plan.held)
    return [
        ChildSpec(f"http-{slot}", "tessella.http.worker", (told, str(slot)), descriptors, environment)
        for slot in range(count)
    ]
