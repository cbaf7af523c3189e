"""The storage of one process: its connections, its memory and its tasks, opened and closed together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Final, Self

from tessella.domain.identifiers import Namespace
from tessella.domain.ranking.knobs import Knobs
from tessella.ports import Caller, Once
from tessella.ports.clock import present
from tessella.ports.consistency import LastCheck
from tessella.ports.customer_rows import NO_SOURCES, CustomerRows
from tessella.ports.models import NO_MODEL_FILES, ModelFiles
from tessella.ports.monitoring import ExperimentFigures, JobFigures, ModelFigures, NightFigures, TaxonomyFigures
from tessella.settings import Settings
from tessella.storage.audiences.calculating import audience_store
from tessella.storage.audit.chain import AuditChain
from tessella.storage.connections.database import Database
from tessella.storage.connections.pulse import Pulse
from tessella.storage.disk import Shelf, database_of
from tessella.storage.disk.keeping import Keeping
from tessella.storage.experiments.store import ExperimentStore, experiment_store
from tessella.storage.figures import IngestCounts, ShelfFigures, WriterFigures
from tessella.storage.indexes.building import IndexStore
from tessella.storage.indexes.files import IndexFolder
from tessella.storage.indexes.loaded import IndexFigures
from tessella.storage.indexes.serving import Indexes
from tessella.storage.installation.secret_files import secret
from tessella.storage.jobs.ledger import JobLedger
from tessella.storage.keys import key_parts
from tessella.storage.memory.forgetting import Listener
from tessella.storage.memory.histories import Histories
from tessella.storage.memory.loaded import SnapshotState
from tessella.storage.memory.predictions import Predictions
from tessella.storage.memory.rankings import Rankings
from tessella.storage.memory.reader import SubjectReader
from tessella.storage.memory.snapshots import Snapshots
from tessella.storage.memory.subjects import Subjects
from tessella.storage.memory.watcher import Watcher
from tessella.storage.models.store import model_store
from tessella.storage.monitoring.experiments import Refreshes
from tessella.storage.notices.announcing import announcer_of
from tessella.storage.notices.outbox import StoredOutbox
from tessella.storage.personalization.flags import installed
from tessella.storage.predictions.store import segment_prediction_store
from tessella.storage.privacy.store import privacy_store
from tessella.storage.sessions import Parts, StoredSession
from tessella.storage.taxonomy.serving import ServedTaxonomies
from tessella.storage.upkeep import Upkeep
from tessella.storage.vault import vault_of
from tessella.storage.writing.writer import writer_of

#: Facts of so many subjects are read at once, and so many histories: these have up to a thousand events each.
_SUBJECTS_AT_ONCE: Final = 256
_HISTORIES_AT_ONCE: Final = 32
#: How long a process waits for its database when it starts: less where it can decide from the disk.
_PATIENCE_SECONDS: Final = 1.0
_KEPT_PATIENCE_SECONDS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Health:
    """How storage is doing."""

    database_is_up: bool
    #: Namespaces that do not serve their newest version, and why.
    failures: Mapping[Namespace, str]
    #: Version, source and age of each snapshot in memory.
    states: Mapping[Namespace, SnapshotState]
    #: The ranking indexes in memory.
    indexes: Mapping[Namespace, IndexFigures]
    kept: ShelfFigures
    writer: WriterFigures
    ingested: IngestCounts
    cached_subjects: int
    subject_hits: int
    subject_misses: int
    history_bytes: int
    ranking_hits: int
    ranking_misses: int
    #: The last check of consistency of each namespace.
    checks: Mapping[Namespace, LastCheck]
    #: The figures of every active model, by namespace and model.
    models: Mapping[tuple[Namespace, str], ModelFigures]
    #: The figures of every experiment that has a report, likewise.
    experiments: Mapping[tuple[Namespace, str], ExperimentFigures]
    #: The figures of every taxonomy in force, likewise.
    taxonomies: Mapping[tuple[Namespace, str], TaxonomyFigures]
    #: What the last nightly refresh of each namespace has counted.
    nights: Mapping[Namespace, NightFigures]
    #: The last run of each job that is over, likewise by namespace and job.
    jobs: Mapping[tuple[Namespace, str], JobFigures]


class Storage:
    """Sessions, keys and namespaces over one database."""

    def __init__(
        self,
        dsn: str,
        settings: Settings,
        *,
        env: Knobs,
        customers: CustomerRows = NO_SOURCES,
        models: ModelFiles = NO_MODEL_FILES,
    ) -> None:
        self._database = _database(dsn, settings)
        self._pulse = Pulse(self._database)
        self._shelf = Shelf(settings.home, secret(settings.home, "snapshot_key", None), database_of(dsn))
        experiments = experiment_store(self._database, settings, vault_of(settings))
        self._snapshots = Snapshots(
            self._database, self._shelf, experiments.following, env=env, capacity=settings.cached_namespaces
        )
        self._subjects = Subjects(capacity=settings.cached_subjects)
        self._reader = SubjectReader(self._database, self._subjects, at_once=_SUBJECTS_AT_ONCE)
        self._histories = Histories(capacity_bytes=settings.cached_history_bytes)
        self._history_reader = SubjectReader(self._database, self._histories, at_once=_HISTORIES_AT_ONCE)
        self._writer = writer_of(dsn, self._database.presence, settings)
        self._keeping = Keeping(self._snapshots, self._shelf)
        self._indexes = Indexes(self._database, IndexFolder(settings.indexes))
        self._parts = self._made_parts(settings, customers, models, experiments)
        caches = self._subjects, self._histories, self._indexes, customers, experiments.following
        self._watcher = Watcher(self._database, self._snapshots, *caches, self._parts.forgetting())
        #: What is counted in the database, two seconds old at most.
        refreshes = Refreshes(self._parts.announcer, settings.experiment_refresh_seconds)
        self.upkeep = Upkeep(self._database, self._snapshots, self._parts.vault, refreshes)
        #: For a worker: the runs of jobs, and what is to be delivered.
        self.ledger = JobLedger(self._database)
        self.outbox = StoredOutbox(self._database, self._parts.vault, self._parts.announcer)
        #: Who an API key speaks for, what is done to keys and namespaces, what checks signed requests, and sign-ins.
        self.keys, self.administration, self.signatures, self.sign_ins = key_parts(self._parts, settings)
        self.on_erasure(self.keys.forget_subjects)

    def _made_parts(
        self, settings: Settings, customers: CustomerRows, models: ModelFiles, experiments: ExperimentStore
    ) -> Parts:
        """What sessions are made of."""
        announcer = announcer_of(settings)
        return Parts(
            self._database, self._snapshots, self._subjects, self._reader, self._histories, self._history_reader,
            Rankings(capacity_items=settings.cached_ranked_items), Predictions(capacity=settings.cached_predictions),
            self._indexes, IndexStore(self._database, IndexFolder(settings.indexes), keep=settings.index_versions),
            audience_store(self._database, settings, announcer), model_store(self._database, settings, models),
            segment_prediction_store(settings), experiments, ServedTaxonomies(self._database),
            self._writer, IngestCounts(),
            privacy_store(settings),
            AuditChain(secret(settings.home, "audit_key", settings.audit_key)), vault_of(settings),
            announcer, customers, installed(settings),
        )  # fmt: skip

    async def __aenter__(self) -> Self:
        """Open. Does not need the database to be there."""
        await self._pulse.start(_KEPT_PATIENCE_SECONDS if self._shelf.namespaces() else _PATIENCE_SECONDS)
        await self._database.open()
        self._writer.start()
        self._watcher.start()
        self._keeping.start()
        self.upkeep.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is waiting, and close."""
        await self._writer.close()
        await self.upkeep.close()
        await self._watcher.close()
        await self._indexes.close()
        await self._keeping.close()
        await self._reader.close()
        await self._history_reader.close()
        await self._database.close()
        await self._pulse.close()

    @property
    def dsn(self) -> str:
        """The connection string of the serving role."""
        return self._database.dsn

    async def session(self, caller: Caller, once: Once[Any] | None = None) -> StoredSession:
        """A caller's view of their namespace. Does not wait when the namespace is in memory."""
        return StoredSession(caller, self._parts, await self._snapshots.open(caller.namespace), once)

    def on_erasure(self, listener: Listener) -> None:
        """Have somebody hear of each subject who is erased, whichever process does it."""
        self._parts.privacy.listeners.append(listener)

    def health(self) -> Health:
        """How storage is doing now; asks nobody."""
        return Health(
            database_is_up=self._database.is_up,
            failures=self._snapshots.failures(),
            states=self._snapshots.states(present()),
            indexes=self._snapshots.indexes(),
            kept=self._shelf.figures(),
            writer=self._writer.figures(),
            ingested=replace(self._parts.ingested),
            cached_subjects=len(self._subjects),
            subject_hits=self._subjects.hits,
            subject_misses=self._subjects.misses,
            history_bytes=self._histories.bytes,
            ranking_hits=self._parts.rankings.hits,
            ranking_misses=self._parts.rankings.misses,
            checks=self.upkeep.checks,
            models=self.upkeep.models,
            experiments=self.upkeep.experiments,
            taxonomies=self.upkeep.taxonomies,
            nights=self.upkeep.nights,
            jobs=self.upkeep.jobs,
        )


def _database(dsn: str, settings: Settings) -> Database:
    """As many connections as the settings want."""
    return Database(
        dsn, connections=settings.database_connections, admin_connections=settings.database_admin_connections
    )
