"""Have the work of personalization done apart from the request."""

from __future__ import annotations

from tessella.domain.features.gate import iso
from tessella.ports import Session
from tessella.ports.jobs import Job, JobRun
from tessella.ports.personalization import Period
from tessella.usecases.personalization.asked import PersonalizationAsked


async def ask_for_nightly_refresh(session: Session) -> JobRun:
    """Have vectors computed and rankings made anew; gives the run that does so already when there is one."""
    return await session.ask_for(Job.NIGHTLY_REFRESH, {})


async def ask_for_cleanup(session: Session) -> JobRun:
    """Have removed what has been kept for as long as it may be; likewise."""
    return await session.ask_for(Job.CLEANUP, {})


async def ask_for_model_training(session: Session) -> JobRun:
    """Have the models that rankings may use trained, where that is switched on; likewise."""
    return await session.ask_for(Job.MODEL_TRAINING, {})


async def ask_for_review(session: Session, period: Period) -> JobRun:
    """Have rankings evaluated as it is done once in a period; likewise."""
    return await session.ask_for(Job.EVALUATE_PERSONALIZATION, {"period": period})


async def ask_for_personalization_evaluation(session: Session, asked: PersonalizationAsked) -> JobRun:
    """Have everything about rankings evaluated on days that are over; likewise."""
    inputs = {"period": asked.period, "until": iso(asked.until), "days": asked.days, "length": asked.length}
    return await session.ask_for(Job.EVALUATE_PERSONALIZATION, inputs)
