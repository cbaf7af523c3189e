"""Tell what a job would do, without a run of it: nothing is written, not even that somebody asked."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.bootstrap import Application
from tessella.cli.output import progress
from tessella.domain.errors.jobs import NoRehearsal
from tessella.domain.identifiers import Json
from tessella.ports import Session
from tessella.ports.jobs import Attempt, Job


async def rehearse(application: Application, session: Session, job: Job, inputs: Mapping[str, Json]) -> Json:
    """What the job would do now. Raises `NoRehearsal` for one that cannot tell."""
    from tessella.jobs.order import Order
    from tessella.jobs.personalization_tasks import REHEARSALS

    if job not in REHEARSALS:
        raise NoRehearsal(job, ", ".join(sorted(REHEARSALS)))
    attempt = Attempt(session.caller.namespace, "", job, inputs, number=1, most=1, asked_at=session.now())
    with progress(job) as tell:
        return await REHEARSALS[job](Order(attempt, application, tell))
