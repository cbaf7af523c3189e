"""What is asked for of personalization at night, every week and every month."""

from __future__ import annotations

from functools import partial
from typing import Final

from tessella.jobs.appointments import Appointment, everywhere
from tessella.ports import Session
from tessella.ports.personalization import Period
from tessella.settings import Settings
from tessella.usecases.personalization.ask import ask_for_cleanup, ask_for_nightly_refresh, ask_for_review
from tessella.usecases.personalization.watch import watch_opt_outs

_EVERY_HOUR: Final = "57 * * * *"


def personalization_appointments(settings: Settings) -> list[Appointment]:
    """At the times that the settings say."""
    found = (
        Appointment("nightly_refresh", settings.nightly_refresh_schedule, ask_for_refresh, everywhere),
        Appointment("cleanup", settings.cleanup_schedule, ask_for_cleanup, everywhere),
        Appointment(
            "weekly_evaluation", settings.weekly_evaluation_schedule, partial(_review, Period.WEEKLY), everywhere
        ),
        Appointment("monthly_review", settings.monthly_review_schedule, partial(_review, Period.MONTHLY), everywhere),
        Appointment("hourly_opt_outs", _EVERY_HOUR, watch_opt_outs, everywhere),
    )
    return [each for each in found if each.cron]


async def ask_for_refresh(session: Session) -> None:
    """Have vectors computed and rankings made anew, where there are scopes."""
    if session.snapshot().definitions.scopes:
        await ask_for_nightly_refresh(session)


async def _review(period: Period, session: Session) -> None:
    """Have rankings evaluated, where there are scopes and evaluations are switched on."""
    if session.snapshot().definitions.scopes and session.flags().evaluation_metrics:
        await ask_for_review(session, period)
