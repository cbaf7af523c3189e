"""The worker of jobs as a child process of a supervisor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tessella.processes import ChildSpec

#: Jobs can wait until requests are answered: that takes all processors of a small machine for over a second.
_DELAY_SECONDS: Final = 2.0


class JobsPlan(msgspec.Struct, frozen=True):
    """What the worker is told. It travels on a command line, which is no secret."""

    #: Descriptors that the worker keeps open to its end.
    held: tuple[int, ...]
    #: The connection string of the embedded server; None for your own database, which the settings name.
    dsn: str | None


def jobs_spec(plan: JobsPlan, environment: Mapping[str, str]) -> ChildSpec:
    """The one worker of a supervisor."""
    told = msgspec.json.encode(plan).decode()
    return ChildSpec(
        "jobs", "tessella.cli.jobs_worker", (told,), plan.held, environment,
        essential=False, delay_seconds=_DELAY_SECONDS,
    )  # fmt: skip
