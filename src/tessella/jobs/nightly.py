"""What is asked for in every namespace at night."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from tessella import usecases
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller, Session
from tessella.ports.audiences import CalculationKind
from tessella.settings import Settings


class Calendar(Protocol):
    """Tells the namespaces. It raises `Unavailable` while the database is away."""

    async def audience_namespaces(self) -> Sequence[Namespace]:
        """Those that have had audiences."""
        ...


class Sessions(Protocol):
    """Opens namespaces."""

    def session(self, caller: Caller) -> AbstractAsyncContextManager[Session]:
        """A caller's view of their namespace."""
        ...


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something that is done once a night."""

    #: A stable name: of all workers one asks for it.
    name: str
    #: When, in UTC.
    cron: str
    #: Asks for it in a namespace.
    ask: Callable[[Session], Awaitable[object]]


class Nightly:
    """Asks for what there is to do at night, in every namespace that has audiences."""

    def __init__(self, calendar: Calendar, sessions: Sessions, appointments: Sequence[Appointment]) -> None:
        self._calendar = calendar
        self._sessions = sessions
        self.appointments = appointments

    async def ask(self, appointment: Appointment) -> None:
        """Ask in every namespace. What is asked for already is not asked for twice. Raises `Unavailable`."""
        for namespace in await self._calendar.audience_namespaces():
            async with self._sessions.session(Caller(namespace, Role.ADMIN)) as session:
                await appointment.ask(session)


def appointments_of(settings: Settings) -> list[Appointment]:
    """At the hours that the settings say, a while after the full hour: then everybody's tasks begin."""
    found = [Appointment("nightly", _at(settings.consistency_check_hour), ask_for_check)]
    if settings.audience_calculation_hour >= 0:
        found.append(Appointment("nightly_audiences", _at(settings.audience_calculation_hour), ask_for_calculation))
    return found


async def ask_for_check(session: Session) -> None:
    """Have a sample decided online and set-wise."""
    await usecases.ask_for_check(session, {})


async def ask_for_calculation(session: Session) -> None:
    """Have audiences calculated from everything: then what was deleted at a source goes within a night."""
    await usecases.ask_for_audiences(session, None, CalculationKind.FULL)


def _at(hour: int) -> str:
    return f"17 {hour} * * *"
