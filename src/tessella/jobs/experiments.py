"""The loop that refreshes experiments: beside the jobs, and never waiting for one of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import EXPERIMENT_FAILED
from tessella.domain.errors import TessellaError, Unavailable
from tessella.domain.experiments.setup.experiment import ExperimentStatus
from tessella.domain.identifiers import ExperimentId, Namespace, Role
from tessella.logs import get_logger
from tessella.ports import Caller, Session
from tessella.usecases.experiments.clusters.keep_fresh import keep_clusters_fresh
from tessella.usecases.experiments.declared import experiment_named, experiment_statuses
from tessella.usecases.experiments.refreshing.ending import without_last_report
from tessella.usecases.experiments.refreshing.refresh import refresh_experiment, refreshed_experiments, resolve_ended

#: What an alert says of a fault of ours: the log tells which.
_OURS: Final = "The refresh broke off. The log of the worker has what happened; assignment goes on as it was."
_LOG: Final = get_logger(__name__)


class Calendar(Protocol):
    """Tells the namespaces. It raises `Unavailable` while the database is away."""

    async def experiment_namespaces(self) -> Sequence[Namespace]:
        """Those that have had experiments."""
        ...


class Sessions(Protocol):
    """Opens namespaces."""

    def session(self, caller: Caller) -> AbstractAsyncContextManager[Session]:
        """A caller's view of their namespace."""
        ...


class Experiments:
    """Refreshes every experiment that runs or is paused, and once each that has ended.

    Of several loops, one at a time has an experiment. A namespace has `seconds` of a round, and goes on in the next one
    where it stopped: the others do not wait for one that has many.
    """

    def __init__(self, calendar: Calendar, sessions: Sessions, seconds: float) -> None:
        self._calendar = calendar
        self._sessions = sessions
        self._seconds = seconds
        #: What has ended by then has its last report.
        self._settled: dict[Namespace, Mapping[ExperimentId, ExperimentStatus]] = {}
        #: What was refreshed last.
        self._last: dict[Namespace, ExperimentId] = {}

    async def run(self) -> None:
        """Refresh until cancelled, with a pause after each round. While the database is away, it waits."""
        while True:
            try:
                await self.round()
            except Unavailable as error:
                _LOG.warning("experiments_not_refreshed", reason=error.message)
            await asyncio.sleep(self._seconds)

    async def round(self) -> None:
        """Refresh all once, as far as there is time. Raises `Unavailable`."""
        for namespace in await self._calendar.experiment_namespaces():
            try:
                async with self._sessions.session(Caller(namespace, Role.ADMIN)) as session:
                    await self._refresh_all(session)
            except Unavailable:
                raise
            except TessellaError as error:  # what is defined there cannot be read: the other namespaces go on
                _LOG.warning("experiments_not_refreshed", namespace=namespace, reason=error.message)

    async def _refresh_all(self, session: Session) -> None:
        alive, statuses = refreshed_experiments(session), experiment_statuses(session)
        if self._settled.get(session.caller.namespace) != statuses:
            for experiment_id in await without_last_report(session):
                await _refresh(session, experiment_id)
            await resolve_ended(session, alive)
            self._settled[session.caller.namespace] = statuses
        await self._refresh_in_turn(session, alive)

    async def _refresh_in_turn(self, session: Session, alive: Sequence[ExperimentId]) -> None:
        namespace, begun_at = session.caller.namespace, time.monotonic()
        last = self._last.get(namespace, "")
        for experiment_id in sorted(alive, key=lambda each: (each <= last, each)):
            await _refresh(session, experiment_id)
            self._last[namespace] = experiment_id
            if time.monotonic() - begun_at > self._seconds:
                return


async def _refresh(session: Session, experiment_id: ExperimentId) -> None:
    try:
        begun_at = session.now()
        report = await refresh_experiment(session, experiment_id)
        await keep_clusters_fresh(session, experiment_named(session, experiment_id))
        if report is not None and report.made_at >= begun_at:  # else another worker is at it: it may yet fail
            await session.resolve_alert(EXPERIMENT_FAILED, experiment_id)
    except Unavailable:
        raise
    except TessellaError as error:
        await _tell(session, experiment_id, error.message)
    except Exception:  # noqa: BLE001 - the outermost place of a refresh: its fault is this experiment's alone
        _LOG.exception("refresh_broke", namespace=session.caller.namespace, experiment_id=experiment_id)
        await _tell(session, experiment_id, _OURS)


async def _tell(session: Session, experiment_id: ExperimentId, detail: str) -> None:
    _LOG.warning(
        "experiment_not_refreshed", namespace=session.caller.namespace, experiment_id=experiment_id, reason=detail
    )
    await session.raise_alert(Raised(EXPERIMENT_FAILED, experiment_id, detail))
