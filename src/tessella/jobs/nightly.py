"""What is asked for in every namespace at night."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from tessella import usecases
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller, Session


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


class Nightly:
    """Has the consistency of audiences checked, wherever there are any."""

    def __init__(self, calendar: Calendar, sessions: Sessions, cron: str) -> None:
        self._calendar = calendar
        self._sessions = sessions
        #: When, in UTC.
        self.cron = cron

    async def ask(self) -> None:
        """Ask in every namespace. What is asked for already is not asked for twice. Raises `Unavailable`."""
        for namespace in await self._calendar.audience_namespaces():
            async with self._sessions.session(Caller(namespace, Role.ADMIN)) as session:
                await usecases.ask_for_check(session, {})
