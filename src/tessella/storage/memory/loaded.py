"""One namespace in the memory of a process."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.errors import NoSuchNamespace
from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.snapshot import Snapshot
from tessella.storage.definitions.objects import Parsed
from tessella.storage.errors import SnapshotMissing
from tessella.storage.experiments.memory.loaded import LoadedExperiments
from tessella.storage.indexes.loaded import LoadedIndex
from tessella.storage.key_ring import KeyRing
from tessella.storage.models.loaded import LoadedModels
from tessella.storage.personalization.loaded import LoadedPersonalization
from tessella.storage.taxonomy.loaded import LoadedTaxonomies


class Source(StrEnum):
    """Where a snapshot came from."""

    LIVE = "live"
    DISK = "disk"


@dataclass(frozen=True, slots=True)
class SnapshotState:
    """What is decided from."""

    version: int
    source: Source
    #: How long ago it was last known to be the newest.
    age_seconds: float


class LoadedNamespace:
    """What this process knows about one namespace."""

    __slots__ = (
        "audience", "checked_at", "clock", "confirmed_at", "experiments", "failure", "horizon", "index", "kept_at",
        "lock", "models", "namespace", "newest_keys", "newest_version", "parsed", "parsed_version", "personalization",
        "ring", "ring_at", "snapshot", "source", "taxonomies", "tried_version", "trust",
    )  # fmt: skip

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.snapshot: Snapshot | None = None
        self.source = Source.LIVE
        #: Of a snapshot from the disk: when it was last known to be the newest.
        self.confirmed_at = Instant(0)
        #: The objects of the version that was loaded last, so that no version of an object is read twice.
        self.parsed: Parsed = {}
        #: That version, if `parsed` is all of it and its server is still the one that is asked.
        self.parsed_version: int | None = None
        #: Why the newest version could not be loaded or built; None when all is well.
        self.failure: Exception | None = None
        #: The newest version that was tried, and the newest that is known of.
        self.tried_version: int | None = None
        self.newest_version: int | None = None
        #: The valid keys, the monotonic time of their moment, and the newest state of the keys that is known of.
        self.ring: KeyRing | None = None
        self.ring_at = 0.0
        self.newest_keys: str | None = None
        #: PostgreSQL's snapshot when changes of subjects were last asked for.
        self.horizon: str | None = None
        #: The monotonic time of that moment.
        self.checked_at = 0.0
        #: The monotonic time of `checked_at` that the file on the disk tells of.
        self.kept_at = 0.0
        #: Cached subjects that carry another object here have to be read again.
        self.trust = object()
        #: Counts the invalidations.
        self.clock = 0
        self.index = LoadedIndex()
        self.personalization = LoadedPersonalization()
        self.models, self.experiments, self.taxonomies = LoadedModels(), LoadedExperiments(), LoadedTaxonomies()
        #: The version of the audiences that are in use.
        self.audience: str | None = None
        self.lock = asyncio.Lock()

    def current(self) -> Snapshot:
        """The snapshot. Raises `NoSuchNamespace`, and `SnapshotMissing` when none could be built."""
        if self.snapshot is not None:
            return self.snapshot
        if isinstance(self.failure, NoSuchNamespace):
            raise NoSuchNamespace(self.namespace)
        raise SnapshotMissing(self.namespace, str(self.failure or "it is being loaded").rstrip("."))

    def is_settled(self) -> bool:
        """Whether there is something to decide from, or there was a reason for nothing."""
        return self.snapshot is not None or (self.failure is not None and not self.lock.locked())

    def state(self, now: Instant) -> SnapshotState | None:
        """What is decided from; None while there is nothing."""
        if self.snapshot is None:
            return None
        return SnapshotState(self.snapshot.version, self.source, self.age_us(now) / 1e6)

    def age_us(self, now: Instant) -> int:
        """How long ago the snapshot was last known to be the newest, in microseconds; never less than 0."""
        if self.source is Source.DISK:
            return max(now - self.confirmed_at, 0)
        return int((time.monotonic() - self.checked_at) * 1e6)

    def is_behind(self) -> bool:
        """Whether another version than the one that was tried is known of, or what came from the disk has no equal."""
        if self.newest_version is None:
            return self.source is Source.DISK and self.checked_at > 0
        return self.newest_version != self.tried_version

    def has_old_keys(self) -> bool:
        """Whether the keys have changed since they were read."""
        return self.newest_keys is not None and (self.ring is None or self.ring.state != self.newest_keys)

    def distrust(self) -> None:
        """Have every cached subject read again."""
        self.trust = object()
        self.clock += 1
