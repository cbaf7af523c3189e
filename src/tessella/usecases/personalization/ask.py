"""Have the work of personalization done apart from the request."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.errors.personalization import SwitchedOff
from tessella.domain.identifiers import Json
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun
from tessella.ports.personalization import Period
from tessella.usecases.personalization.asked import read_asked


async def ask_for_nightly_refresh(session: Session) -> JobRun:
    """Have vectors computed and rankings made anew; gives the run that does so already when there is one."""
    return await session.ask_for(Job.NIGHTLY_REFRESH, {})


async def ask_for_cleanup(session: Session) -> JobRun:
    """Have removed what has been kept for as long as it may be; likewise."""
    return await session.ask_for(Job.CLEANUP, {})


async def ask_for_review(session: Session, period: Period) -> JobRun:
    """Have rankings evaluated as it is done once in a period; likewise."""
    return await session.ask_for(Job.EVALUATE_PERSONALIZATION, {"period": period})


async def ask_for_personalization_evaluation(session: Session, inputs: Mapping[str, Json]) -> JobRun:
    """Have rankings evaluated, as `read_asked` reads it; likewise. Raises `WrongShape` and `SwitchedOff`."""
    read_asked(inputs, now=session.now())
    if not session.flags().evaluation_metrics:
        raise SwitchedOff("evaluation_metrics")
    return await session.ask_for(Job.EVALUATE_PERSONALIZATION, {"period": Period.ASKED, **inputs})
