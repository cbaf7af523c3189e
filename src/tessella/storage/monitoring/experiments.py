"""The last figures of every experiment, and those that nobody refreshes.

Every process looks, so that it is known where none of those that refresh is alive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import EXPERIMENT_STALE
from tessella.domain.experiments.setup.experiment import ALIVE, Experiment
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant, Namespace
from tessella.ports.monitoring import ExperimentFigures
from tessella.storage.alerts import raise_alert, resolve_alert
from tessella.storage.connections.connecting import Connection
from tessella.storage.notices.announcing import Announcer
from tessella.storage.scope import SET_SCOPE, system
from tessella.storage.times import micros

#: Of each experiment with a report: when that was made, how long it took, its units, and when its policy was published.
EXPERIMENT_FIGURES: Final = f"""
SELECT experiment_id, {micros("made_at")}, coalesce((body ->> 'refresh_seconds')::float8, 0), units,
       (SELECT {micros("published_at")} FROM tessella.experiment_policies AS policy
         WHERE (policy.namespace, policy.experiment_id, policy.version)
             = (report.namespace, report.experiment_id, report.policy_version))
  FROM tessella.experiment_reports AS report WHERE namespace = %s
"""
#: The experiments of which it is said already.
TOLD_STALE: Final = f"""
SELECT key FROM tessella.alerts WHERE namespace = %s AND rule = '{EXPERIMENT_STALE.name}' AND state <> 'resolved'
"""
#: A report is old after so many refreshes that did not come.
_MOST_MISSED: Final = 10
#: And one of an experiment that is new to the process after so many: a load may keep the workers of jobs from it.
_MOST_MISSED_OF_NEW: Final = 60

Name = tuple[Namespace, str]


def experiments_of(namespace: Namespace, rows: Sequence[Sequence[Any]]) -> dict[Name, ExperimentFigures]:
    """The figures by namespace and experiment."""
    return {(namespace, experiment_id): ExperimentFigures(*figures) for experiment_id, *figures in rows}


class Refreshes:
    """Looks after those who refresh experiments."""

    def __init__(self, announcer: Announcer, seconds: float) -> None:
        self._announcer = announcer
        self._seconds = seconds
        #: From when on this process has seen an experiment run: nothing is late before it could be done.
        self._since: dict[Name, Instant] = {}

    def late(
        self,
        namespace: Namespace,
        experiments: Iterable[Experiment],
        known: Mapping[Name, ExperimentFigures],
        now: Instant,
    ) -> dict[str, str]:
        """The experiments that should have been refreshed, and what there is to say of each."""
        alive = {(namespace, each.experiment_id) for each in experiments if each.status in ALIVE}
        others = {name: since for name, since in self._since.items() if name[0] != namespace}
        self._since = others | {name: self._since.get(name, now) for name in alive}
        made = {name: known[name].made_at if name in known else None for name in alive}
        return {
            name[1]: self._detail(made[name]) for name in alive if self._is_late(made[name], self._since[name], now)
        }

    def _is_late(self, made_at: Instant | None, since: Instant, now: Instant) -> bool:
        second = self._seconds * 1e6
        return now - (made_at or 0) > _MOST_MISSED * second and now - since > _MOST_MISSED_OF_NEW * second

    def _detail(self, made_at: Instant | None) -> str:
        last = "It has no report yet" if made_at is None else f"Its last report is of {iso(made_at)}"
        return (
            f"{last}, and the worker of jobs makes one every {self._seconds:g} seconds. Look whether a worker runs. "
            "Units are assigned as before, by the last weights."
        )

    async def tell(
        self, connection: Connection, namespace: Namespace, late: Mapping[str, str], told: Collection[str], now: Instant
    ) -> None:
        """Raise an alert of each that is late, and resolve those of which that is no longer true."""
        if late.keys() == set(told):
            return
        async with connection.transaction():
            await connection.execute(SET_SCOPE, system(namespace).parameters())
            for key in sorted(late.keys() - set(told)):
                raised = Raised(EXPERIMENT_STALE, key, late[key])
                await raise_alert(connection, namespace, raised, now, self._announcer)
            for key in sorted(set(told) - late.keys()):
                await resolve_alert(connection, namespace, EXPERIMENT_STALE, key, now, self._announcer)
