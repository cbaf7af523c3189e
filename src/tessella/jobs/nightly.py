"""What is asked for in every namespace at night, and what is looked at every hour or every six."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from tessella import usecases
from tessella.domain.errors import TessellaError, Unavailable
from tessella.domain.features.predicted import RFM_CELL
from tessella.domain.identifiers import ExperimentId, Namespace, Role
from tessella.jobs.appointments import Appointment, Calendar, with_experiments, with_taxonomies
from tessella.jobs.personalization import personalization_appointments
from tessella.logs import get_logger
from tessella.ports import Caller, Session
from tessella.ports.audiences import CalculationKind
from tessella.settings import Settings
from tessella.usecases.experiments.declared import alive_experiments
from tessella.usecases.sources.watch_sources import watch_sources

_EVERY_HOUR: Final = "47 * * * *"
#: After the predictions and the audiences of the night.
_DAILY_WATCH: Final = "7 5 * * *"
_DAILY_STATS: Final = "37 5 * * *"
#: After the events and facts of the night, and before the audiences that read what it writes.
_NIGHTLY_TAXONOMIES: Final = "47 1 * * *"
_EVERY_SIX_HOURS: Final = "27 */6 * * *"
_LOG: Final = get_logger(__name__)


class Sessions(Protocol):
    """Opens namespaces."""

    def session(self, caller: Caller) -> AbstractAsyncContextManager[Session]:
        """A caller's view of their namespace."""
        ...


class Nightly:
    """Asks for what there is to do, in every namespace that has what it is about."""

    def __init__(self, calendar: Calendar, sessions: Sessions, appointments: Sequence[Appointment]) -> None:
        self._calendar = calendar
        self._sessions = sessions
        self.appointments = appointments

    async def ask(self, appointment: Appointment) -> None:
        """Ask in each of its namespaces. What is asked for already is not asked for twice.

        A namespace that cannot be opened is logged, and keeps no other from being asked. Raises `Unavailable` where
        that is so of all: the database is away.
        """
        namespaces = await appointment.where(self._calendar)
        failed = [error for each in namespaces if (error := await self._ask_in(each, appointment)) is not None]
        if failed and len(failed) == len(namespaces):
            raise failed[0]

    async def _ask_in(self, namespace: Namespace, appointment: Appointment) -> Unavailable | None:
        try:
            async with self._sessions.session(Caller(namespace, Role.ADMIN)) as session:
                await appointment.ask(session)
        except Unavailable as error:
            _LOG.warning("not_asked", namespace=namespace, appointment=appointment.name, reason=error.message)
            return error
        return None


def appointments_of(settings: Settings) -> list[Appointment]:
    """At the hours that the settings say, a while after the full hour: then everybody's tasks begin."""
    found = [
        Appointment("nightly", _at(settings.consistency_check_hour), ask_for_check),
        Appointment("hourly_sources", _EVERY_HOUR, look_at_sources),
        Appointment("daily_models", _DAILY_WATCH, ask_for_watch),
        Appointment("daily_segment_stats", _DAILY_STATS, ask_for_segment_stats),
        Appointment("six_hourly_experiments", _EVERY_SIX_HOURS, check_experiments, with_experiments),
        Appointment("nightly_taxonomies", _NIGHTLY_TAXONOMIES, ask_for_game_refreshes, with_taxonomies),
    ]
    if settings.prediction_refresh_hour >= 0:
        found.append(Appointment("nightly_predictions", _at(settings.prediction_refresh_hour), ask_for_refresh))
    if settings.audience_calculation_hour >= 0:
        found.append(Appointment("nightly_audiences", _at(settings.audience_calculation_hour), ask_for_calculation))
    return found + personalization_appointments(settings)


async def ask_for_check(session: Session) -> None:
    """Have a sample decided online and set-wise."""
    await usecases.ask_for_check(session, {})


async def ask_for_calculation(session: Session) -> None:
    """Have audiences calculated from everything: then what was deleted at a source goes within a night."""
    await usecases.ask_for_audiences(session, None, CalculationKind.FULL)


async def ask_for_refresh(session: Session) -> None:
    """Have what predictions say of everybody written anew, where any of it is declared as a feature."""
    await usecases.ask_for_refresh(session)


async def ask_for_segment_stats(session: Session) -> None:
    """Have what predictions come to counted for every active segment, where there is anything to predict."""
    snapshot = session.snapshot()
    if snapshot.definitions.predictions or RFM_CELL in snapshot.schema:
        await usecases.ask_for_segment_stats(session)


async def ask_for_watch(session: Session) -> None:
    """Have the active models looked at, where there are any."""
    if await session.models_in_use():
        await usecases.ask_for_watch(session)


async def ask_for_game_refreshes(session: Session) -> None:
    """Have every calibrated game refreshed: its players' days, where they stand, and the facts that rules read."""
    await usecases.ask_for_game_refreshes(session)


async def look_at_sources(session: Session) -> None:
    """Say of sources that have become older than expected. What keeps it from doing so is logged: it comes again."""
    try:
        await watch_sources(session)
    except Unavailable as error:
        _LOG.warning("sources_not_looked_at", namespace=session.caller.namespace, reason=error.message)


async def check_experiments(session: Session) -> None:
    """Look whether experiments should be segmented, and switch on what is due. What keeps it from doing so is logged.

    It comes again in six hours, and what is wrong with one experiment is no reason to leave out the others.
    """
    for experiment_id in [each.experiment_id for each in alive_experiments(session)]:
        try:
            await usecases.check_experiments(session, experiment_id)
        except TessellaError as error:
            _tell_unchecked(session, experiment_id, error.message)
        except Exception:  # noqa: BLE001 - the outermost place of a check: its fault is this experiment's alone
            _LOG.exception("experiment_check_broke", experiment_id=experiment_id)


def _tell_unchecked(session: Session, experiment_id: ExperimentId, reason: str) -> None:
    namespace = session.caller.namespace
    _LOG.warning("experiment_not_checked", namespace=namespace, experiment_id=experiment_id, reason=reason)


def _at(hour: int) -> str:
    return f"17 {hour} * * *"
