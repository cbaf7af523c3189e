"""What every part of a session stands on."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final

from tessella.access import MATRIX, Extent
from tessella.domain.errors import NotYours
from tessella.domain.identifiers import Instant, Role, SubjectId
from tessella.domain.snapshot import Snapshot
from tessella.ports import Caller, Once
from tessella.ports.clock import present
from tessella.ports.customer_rows import CustomerRows
from tessella.ports.personalization import Installed
from tessella.storage.audiences.calculating import AudienceStore
from tessella.storage.audit.chain import AuditChain
from tessella.storage.connections.connecting import Connection
from tessella.storage.connections.database import Database
from tessella.storage.experiments.store import ExperimentStore
from tessella.storage.figures import IngestCounts
from tessella.storage.indexes.building import IndexStore
from tessella.storage.indexes.serving import Indexes
from tessella.storage.memory.forgetting import Forgetting
from tessella.storage.memory.histories import Histories, KnownHistory
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.memory.predictions import Predictions
from tessella.storage.memory.rankings import Rankings
from tessella.storage.memory.reader import SubjectReader
from tessella.storage.memory.snapshots import Snapshots
from tessella.storage.memory.subjects import KnownSubject, Subjects
from tessella.storage.models.store import ModelStore
from tessella.storage.notices.announcing import Announcer
from tessella.storage.predictions.store import SegmentPredictionStore
from tessella.storage.privacy.store import PrivacyStore
from tessella.storage.scope import scope_of
from tessella.storage.taxonomy.serving import ServedTaxonomies
from tessella.storage.vault import Vault
from tessella.storage.writing.writer import Writer

#: Whose facts a role may read.
_REACH: Final = {role: MATRIX.tables["subject_facts"].reach("select", role) for role in Role}


@dataclass(frozen=True, slots=True)
class Parts:
    """What all sessions of a process share."""

    database: Database
    snapshots: Snapshots
    subjects: Subjects
    reader: SubjectReader[KnownSubject]
    histories: Histories
    history_reader: SubjectReader[KnownHistory]
    rankings: Rankings
    predictions: Predictions
    indexes: Indexes
    index_store: IndexStore
    audiences: AudienceStore
    models: ModelStore
    segment_predictions: SegmentPredictionStore
    experiments: ExperimentStore
    taxonomies: ServedTaxonomies
    writer: Writer
    ingested: IngestCounts
    privacy: PrivacyStore
    audit: AuditChain
    vault: Vault
    announcer: Announcer
    customer_rows: CustomerRows
    installed: Installed

    def forgetting(self) -> Forgetting:
        """What drops a subject who was erased."""
        return Forgetting(
            self.subjects, self.histories, self.experiments.assignments, self.rankings, self.predictions,
            self.segment_predictions.told, self.customer_rows, self.vault, self.privacy.listeners,
        )  # fmt: skip


class SessionBase:
    """One caller in one namespace, with the snapshot that was current when the session was opened.

    `once` is the request that it was opened for, if that is to take effect once.
    """

    __slots__ = ("_loaded", "_once", "_parts", "_reach", "_snapshot", "caller")

    def __init__(self, caller: Caller, parts: Parts, loaded: LoadedNamespace, once: Once[Any] | None = None) -> None:
        self.caller = caller
        self._parts = parts
        self._loaded = loaded
        self._once = once
        self._snapshot = loaded.snapshot
        self._reach = _REACH[caller.role]

    def now(self) -> Instant:
        return present()

    def snapshot(self) -> Snapshot:
        return self._snapshot or self._loaded.current()

    def _administering(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction of the caller's own: row security lets it see what its role may."""
        return self._parts.database.administering(scope_of(self.caller))

    def _refuse_another(self, subject_id: SubjectId) -> None:
        """What row security says too. Memory is outside of it, and a refusal tells more than a missing row."""
        if self._reach is Extent.ANY:
            return
        if self._reach is Extent.NONE or subject_id != self.caller.subject_id:
            raise NotYours(subject_id)
