"""The one place that builds real parts and hands them to use cases."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property, partial
from random import SystemRandom
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.domain.ranking.outcomes.counts import OutcomeCounts
from tessella.models.files import CheckedFiles
from tessella.ports import Caller, Once, Session
from tessella.ports.clock import present
from tessella.ports.customer_engine import CustomerEngine
from tessella.ports.models import ModelWriter
from tessella.settings import Settings, env_knobs
from tessella.storage.installation.secret_files import secret
from tessella.storage.installation.serving import serving_database
from tessella.storage.jobs.ledger import JobLedger
from tessella.storage.store import Health, Storage
from tessella.warehouse.feature_store import feature_store_of

if TYPE_CHECKING:
    from tessella.jobs.deliveries import Deliveries
    from tessella.jobs.experiments import Experiments
    from tessella.jobs.turn import Turns
    from tessella.jobs.worker import Worker
    from tessella.models.scoring.worker import ScoringWorker
    from tessella.notify.legacy import Migrations
    from tessella.notify.mail import SmtpMailer
    from tessella.warehouse.audiences import AudienceReader, ExportFiles
    from tessella.warehouse.duckdb import DuckDBWarehouse
    from tessella.warehouse.imports import DuckDBFiles


class OpenSession:
    """A session for the time of an `async with`. Opening waits only when the namespace is not in memory."""

    __slots__ = ("_caller", "_once", "_storage")

    def __init__(self, storage: Storage, caller: Caller, once: Once[Any] | None) -> None:
        self._storage = storage
        self._caller = caller
        self._once = once

    async def __aenter__(self) -> Session:
        return await self._storage.session(self._caller, self._once)

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """A session holds nothing that has to be given back."""


class Application:
    """The running parts of one process, as the edges use them."""

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self.settings = settings
        self._storage = storage
        #: Who an API key speaks for, what is done to keys and namespaces, what checks signed requests, and sign-ins.
        self.keys, self.administration, self.signatures = storage.keys, storage.administration, storage.signatures
        self.sign_ins = storage.sign_ins
        self._audiences: AudienceReader | None = None
        self._scoring: ScoringWorker | None = None

    def session(self, caller: Caller, once: Once[Any] | None = None) -> OpenSession:
        """A caller's view of their namespace, for one request when that is to take effect once."""
        return OpenSession(self._storage, caller, once)

    def on_erasure(self, listener: Callable[[Namespace, Collection[SubjectId]], None]) -> None:
        """Have somebody who remembers subjects hear of each one who is erased, whichever process does it."""
        self._storage.on_erasure(listener)

    def outcomes(self) -> Mapping[tuple[Namespace, str], OutcomeCounts]:
        """What came of decisions, by namespace and segment: the same in every process; asks nobody."""
        return self._storage.upkeep.outcomes

    def open_alerts(self) -> Mapping[tuple[Namespace, str], int]:
        """How many alerts are not resolved, by namespace and rule: likewise."""
        return self._storage.upkeep.alerts

    def health(self) -> Health:
        """How the process is doing now; asks nobody."""
        return self._storage.health()

    @contextmanager
    def warehouse(self) -> Iterator[DuckDBWarehouse]:
        """DuckDB in a worker process of its own, which ends with the block."""
        from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker  # loads sqlglot

        with DuckDBWorker() as worker:
            yield DuckDBWarehouse(worker)

    def open_engine(self, namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        """A namespace's source of customers, with the credentials of the environment. It does not connect yet.

        Raises `LocationRefused`, `CredentialsMissing` and `PackageMissing`.
        """
        from tessella.warehouse.engines.opening import open_engine  # loads sqlglot

        return open_engine(namespace, source, self.settings, os.environ)

    @property
    def write_model(self) -> ModelWriter:
        """Writes what was trained as ONNX. It needs the extra `train`."""
        from tessella.models.writing import write_onnx

        return write_onnx

    @contextmanager
    def files(self) -> Iterator[DuckDBFiles]:
        """A reader of files in a worker process of its own, which ends with the block."""
        from tessella.warehouse.duckdb import DuckDBWorker
        from tessella.warehouse.imports import DuckDBFiles

        with DuckDBWorker() as worker:
            yield DuckDBFiles(worker)

    @property
    def audiences(self) -> AudienceReader:
        """What reads calculated audiences. Its worker process starts with the first question."""
        if self._audiences is None:
            from tessella.warehouse.audiences import AudienceReader  # loads sqlglot

            self._audiences = AudienceReader(self.settings)
        return self._audiences

    @property
    def scoring(self) -> ScoringWorker:
        """What scores whole segments: a process of its own for each, which ends with it."""
        if self._scoring is None:
            from tessella.models.scoring.worker import ScoringWorker

            limits = self.settings.warehouse_memory, self.settings.warehouse_threads
            self._scoring = ScoringWorker(*limits, self.settings.warehouse_timeout_seconds)
        return self._scoring

    @contextmanager
    def exports(self, namespace: Namespace) -> Iterator[ExportFiles]:
        """A writer of members to files, in a worker process of its own, which ends with the block."""
        from tessella.warehouse.audiences import ExportFiles
        from tessella.warehouse.duckdb import DuckDBWorker

        with DuckDBWorker(self.settings.warehouse_memory, self.settings.warehouse_threads) as worker:
            yield ExportFiles(worker, self.settings.export_places(namespace))

    @cached_property
    def migrations(self) -> Migrations:
        """What answers need for games that migrate from a legacy system."""
        from tessella.notify.legacy import Migrations  # loads the HTTP client

        return Migrations(self.settings)

    async def close(self) -> None:
        """End what reads audiences, and let go of legacy systems."""
        if self._audiences is not None:
            await self._audiences.close()
        if "migrations" in vars(self):
            await self.migrations.close()

    def worker(self) -> Worker:
        """What works on jobs, with this application and with connections of its own for the queue."""
        from tessella.jobs.nightly import Nightly, appointments_of
        from tessella.jobs.worker import Worker  # loads procrastinate
        from tessella.storage.jobs.queue import queue_connector

        nightly = Nightly(self.ledger, self, appointments_of(self.settings))
        return Worker(partial(queue_connector, self._storage.dsn), self.turns(), nightly)

    def turns(self) -> Turns:
        """What does a job's run here and now."""
        from tessella.jobs.tasks import TASKS
        from tessella.jobs.turn import Turns

        return Turns(self.ledger, self, TASKS)

    @property
    def ledger(self) -> JobLedger:
        """The runs of jobs of every namespace."""
        return self._storage.ledger

    def deliveries(self) -> Deliveries:
        """What delivers alerts and other notices that wait, in every namespace."""
        from tessella.jobs.deliveries import Deliveries
        from tessella.notify.webhooks import HttpWebhooks  # loads the HTTP client
        from tessella.usecases.deliver import Courier

        webhooks = HttpWebhooks(self.settings.webhook_reach)
        chance, language = SystemRandom().random, self.settings.mail_language
        return Deliveries(Courier(self._storage.outbox, webhooks, self._mailer(), present, chance, language))

    def experiments(self) -> Experiments:
        """What refreshes experiments, in every namespace."""
        from tessella.jobs.experiments import Experiments

        return Experiments(self._storage.ledger, self, self.settings.experiment_refresh_seconds)

    def _mailer(self) -> SmtpMailer | None:
        if not self.settings.mails_alerts:
            return None
        from tessella.notify.mail import SmtpMailer  # loads the mail client

        return SmtpMailer(self.settings)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Application]:
    """The application over your database, or over the embedded one, started for as long as this is open.

    Raises `TessellaError` with one sentence on what keeps it from running.
    """
    database = serving_database(settings)
    serving = await asyncio.to_thread(database.__enter__)
    try:
        async with running_on(serving.dsn, settings) as application:
            yield application
    finally:
        await asyncio.to_thread(database.__exit__, None, None, None)


@asynccontextmanager
async def running_on(dsn: str, settings: Settings) -> AsyncIterator[Application]:
    """The application over a database that somebody else keeps ready. Raises `TessellaError`."""
    key = partial(secret, settings.home, "pseudonym_key", settings.pseudonym_key)
    rows = feature_store_of(settings, os.environ, key)
    async with Storage(dsn, settings, env=env_knobs(os.environ), customers=rows, models=CheckedFiles()) as storage:
        application = Application(settings, storage)
        try:
            yield application
        finally:
            await application.close()
            await rows.close()
