"""Long work: asked for, watched, tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tessella.domain.identifiers import Json
from tessella.ports.jobs import Job, JobRun, RunLine, RunState


class Jobs(Protocol):
    """The namespace's runs. Who asks does not wait for the work, and no worker has to be there."""

    async def ask_for(self, job: Job, inputs: Mapping[str, Json]) -> JobRun:
        """A new run, or the one that is queued or running for the same job and inputs."""
        ...

    async def runs(
        self, *, job: Job | None, state: RunState | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[JobRun], str | None]:
        """Runs, the last one asked for first, and the cursor of the next page."""
        ...

    async def run(self, run_id: str) -> JobRun:
        """One run. Raises `NoSuch`."""
        ...

    async def run_log(self, run_id: str) -> Sequence[RunLine]:
        """The last lines of a run's log, the first one first. Raises `NoSuch`."""
        ...

    async def retry_run(self, run_id: str) -> JobRun:
        """Have a failed run done again. Raises `NoSuch`, `RunNotFailed`, and `SameRunOpen`."""
        ...

    async def cancel_run(self, run_id: str) -> JobRun:
        """End a run that is queued or running; what it has stored stays. Raises `NoSuch` and `RunIsOver`."""
        ...
