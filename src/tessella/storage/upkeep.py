"""The task that counts outcomes and forgets what is old, in the namespaces that this process has in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple

import psycopg

from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.domain.snapshot import Snapshot
from tessella.logs import get_logger
from tessella.ports.clock import present
from tessella.ports.consistency import LastCheck
from tessella.ports.monitoring import ExperimentFigures, JobFigures, ModelFigures, NightFigures, TaxonomyFigures
from tessella.storage import alerts, idempotency
from tessella.storage.alerts import COUNT_OPEN
from tessella.storage.audiences.checks import LAST_FIGURES
from tessella.storage.background import begin, end
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.connections.link import Link
from tessella.storage.connections.pipelined import pipelined
from tessella.storage.connections.watchdog import bounded
from tessella.storage.experiments.learned import secrets as experiment_secrets
from tessella.storage.jobs import runs
from tessella.storage.keys import signatures
from tessella.storage.memory.snapshots import Snapshots
from tessella.storage.monitoring.experiments import EXPERIMENT_FIGURES, TOLD_STALE, Refreshes, experiments_of
from tessella.storage.monitoring.figures import MODEL_FIGURES, figures_of
from tessella.storage.monitoring.nights import JOB_FIGURES, NIGHT_FIGURES, jobs_of, night_of
from tessella.storage.monitoring.taxonomies import TAXONOMY_FIGURES, taxonomies_of
from tessella.storage.notices import deliveries, webhooks
from tessella.storage.outcomes import ALL_MINUTES, RECENT_MINUTES, by_segment, roll_up
from tessella.storage.scope import SET_SCOPE, system
from tessella.storage.taxonomy import differences
from tessella.storage.vault import Vault
from tessella.storage.writing import doubt

_PAUSE_SECONDS: Final = 2.0
_ROUND_SECONDS: Final = 5.0
#: Rounds from one look at all that waits to the next, and from one sweep to the next.
_ROUNDS_PER_LOOK: Final = 30
_ROUNDS_PER_SWEEP: Final = 1800
_LOG: Final = get_logger(__name__)


class _Asked(NamedTuple):
    """The cursors of what is asked of one namespace."""

    outcomes: psycopg.AsyncCursor[tuple[str, str, int]]
    alerts: psycopg.AsyncCursor[Any]
    check: psycopg.AsyncCursor[Any]
    models: psycopg.AsyncCursor[Any]
    experiments: psycopg.AsyncCursor[Any]
    stale: psycopg.AsyncCursor[Any]
    taxonomies: psycopg.AsyncCursor[Any]
    night: psycopg.AsyncCursor[Any]
    jobs: psycopg.AsyncCursor[Any]


class Upkeep:
    """Every process runs one. Each namespace is rolled up by whichever gets its lock."""

    def __init__(self, database: Database, snapshots: Snapshots, vault: Vault, refreshes: Refreshes) -> None:
        self._database = database
        self._snapshots = snapshots
        self._vault = vault
        self._refreshes = refreshes
        self._link = Link(database.dsn)
        self._task: asyncio.Task[None] | None = None
        #: The namespaces whose old keys, runs and marks were forgotten within the hour.
        self._swept: set[Namespace] = set()
        #: What came of decisions, by namespace and segment, as of the last round: the same in every process.
        self.outcomes: Mapping[tuple[Namespace, str], OutcomeCounts] = {}
        #: How many alerts of each rule are not resolved, likewise by namespace and rule.
        self.alerts: Mapping[tuple[Namespace, str], int] = {}
        #: What the last check of consistency has found, likewise.
        self.checks: Mapping[Namespace, LastCheck] = {}
        #: The figures of every active model, likewise by namespace and model.
        self.models: Mapping[tuple[Namespace, str], ModelFigures] = {}
        #: The figures of every experiment that has a report, likewise.
        self.experiments: Mapping[tuple[Namespace, str], ExperimentFigures] = {}
        #: The figures of every taxonomy in force, likewise by namespace and game.
        self.taxonomies: Mapping[tuple[Namespace, str], TaxonomyFigures] = {}
        #: What the last nightly refresh of personalization has counted, likewise.
        self.nights: Mapping[Namespace, NightFigures] = {}
        #: The last run of each job that is over, likewise by namespace and job.
        self.jobs: Mapping[tuple[Namespace, str], JobFigures] = {}

    def start(self) -> None:
        """Begin."""
        self._task = begin(self._run(), "upkeep")

    async def close(self) -> None:
        """Stop; what is not counted yet is counted by the next process."""
        await end(self._task)
        await self._link.drop()

    async def _run(self) -> None:
        for number in count():
            try:
                if self._database.is_up:
                    await self._round(number)
            except (psycopg.OperationalError, OSError):  # the watcher tells of it
                await self._link.drop()
            except Exception:  # noqa: BLE001 - the outermost loop: a fault of ours must not stop the upkeep
                _LOG.exception("upkeep_failed")
                await self._link.drop()
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _round(self, number: int) -> None:
        loaded = {each.namespace: each.snapshot for each in self._snapshots.loaded() if each.snapshot is not None}
        if not loaded:
            return
        connection = await self._link.connection()
        swept = self._swept if number % _ROUNDS_PER_SWEEP else set()
        minutes = RECENT_MINUTES if number % _ROUNDS_PER_LOOK else ALL_MINUTES
        with bounded(connection, _ROUND_SECONDS):
            async with pipelined(connection):
                asked = [(each, await self._ask(connection, each, minutes)) for each in loaded]
                unswept = [each for each in loaded if each not in swept]
                await self._sweep(connection, unswept)
            self._swept = swept.union(unswept)
            await self._take_in(asked)
            await self._look_at_refreshes(connection, loaded, asked)

    async def _ask(self, connection: Connection, namespace: Namespace, minutes: int) -> _Asked:
        rolled = await roll_up(connection, namespace, minutes)
        told = (
            COUNT_OPEN, LAST_FIGURES, MODEL_FIGURES, EXPERIMENT_FIGURES, TOLD_STALE, TAXONOMY_FIGURES, NIGHT_FIGURES,
            JOB_FIGURES,
        )  # fmt: skip
        return _Asked(rolled, *[await connection.execute(each, [namespace]) for each in told])

    async def _take_in(self, asked: Sequence[tuple[Namespace, _Asked]]) -> None:
        counts = [(namespace, await by_segment(each.outcomes)) for namespace, each in asked]
        self.outcomes = {(namespace, segment): told for namespace, each in counts for segment, told in each.items()}
        opened = [(namespace, await each.alerts.fetchall()) for namespace, each in asked]
        self.alerts = {(namespace, rule): many for namespace, each in opened for rule, many in each}
        checked = [(namespace, await each.check.fetchone()) for namespace, each in asked]
        self.checks = {namespace: LastCheck(*figures) for namespace, figures in checked if figures is not None}
        models = [figures_of(namespace, await each.models.fetchall()) for namespace, each in asked]
        self.models = {name: figures for each in models for name, figures in each.items()}
        experiments = [experiments_of(namespace, await each.experiments.fetchall()) for namespace, each in asked]
        self.experiments = {name: figures for each in experiments for name, figures in each.items()}
        taxonomies = [taxonomies_of(namespace, await each.taxonomies.fetchall()) for namespace, each in asked]
        self.taxonomies = {name: figures for each in taxonomies for name, figures in each.items()}
        nights = [(namespace, night_of(await each.night.fetchall())) for namespace, each in asked]
        self.nights = {namespace: figures for namespace, figures in nights if figures is not None}
        jobs = [jobs_of(namespace, await each.jobs.fetchall()) for namespace, each in asked]
        self.jobs = {name: figures for each in jobs for name, figures in each.items()}

    async def _look_at_refreshes(
        self, connection: Connection, loaded: Mapping[Namespace, Snapshot], asked: Sequence[tuple[Namespace, _Asked]]
    ) -> None:
        now = present()
        for namespace, each in asked:
            declared = loaded[namespace].definitions.experiments.values()
            late = self._refreshes.late(namespace, declared, self.experiments, now)
            told = [key for (key,) in await each.stale.fetchall()]
            await self._refreshes.tell(connection, namespace, late, told, now)

    async def _sweep(self, connection: Connection, namespaces: Sequence[Namespace]) -> None:
        for namespace in namespaces:
            await connection.execute(SET_SCOPE, system(namespace).parameters())
            await idempotency.forget_old(connection, system(namespace))
            for each in (alerts, deliveries, runs, doubt, differences, signatures):
                await each.forget_old(connection, namespace)
            for secrets in (webhooks, experiment_secrets, signatures):
                await secrets.seal_again(connection, namespace, self._vault)
