"""What is done again and again: when, in which namespaces, and how it is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tessella.domain.identifiers import Namespace
from tessella.ports import Session


class Calendar(Protocol):
    """Tells the namespaces. It raises `Unavailable` while the database is away."""

    async def all_namespaces(self) -> Sequence[Namespace]:
        """Every one."""
        ...

    async def audience_namespaces(self) -> Sequence[Namespace]:
        """Those that have had audiences."""
        ...

    async def experiment_namespaces(self) -> Sequence[Namespace]:
        """Those that have had experiments."""
        ...

    async def taxonomy_namespaces(self) -> Sequence[Namespace]:
        """Those that have had taxonomies."""
        ...


async def everywhere(calendar: Calendar) -> Sequence[Namespace]:
    """Every namespace."""
    return await calendar.all_namespaces()


async def with_audiences(calendar: Calendar) -> Sequence[Namespace]:
    """The namespaces that have had audiences."""
    return await calendar.audience_namespaces()


async def with_experiments(calendar: Calendar) -> Sequence[Namespace]:
    """The namespaces that have had experiments."""
    return await calendar.experiment_namespaces()


async def with_taxonomies(calendar: Calendar) -> Sequence[Namespace]:
    """The namespaces that have had taxonomies."""
    return await calendar.taxonomy_namespaces()


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something that is done again and again."""

    #: A stable name: of all workers one asks for it.
    name: str
    #: When, in UTC.
    cron: str
    #: Asks for it in a namespace.
    ask: Callable[[Session], Awaitable[object]]
    #: In which ones.
    where: Callable[[Calendar], Awaitable[Sequence[Namespace]]] = with_audiences
