"""The ranking index of one namespace in the memory of a process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.index.index import RankingIndex
from tessella.storage.horizons import Horizon
from tessella.storage.indexes.manifest import Manifest

#: A version that could not be loaded is tried again after so long: its files may be on their way to this machine.
_AGAIN_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class ActiveIndex:
    """The version that is to be served."""

    version: str
    #: Of its manifest; None where the database could not be asked.
    sha256: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """What is served, replaced whole."""

    manifest: Manifest
    #: As it was built, and with what has become of its items since.
    built: RankingIndex
    served: RankingIndex
    #: Changes of items are in up to here.
    horizon: Horizon


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """How the index of one namespace is doing."""

    #: None while no version could be loaded.
    version: str | None
    items: int
    #: When it was built; of no use without a version.
    built_at: Instant
    #: Why the active version is not served; empty when it is.
    failure: str
    failures: int

    def age_seconds(self, now: Instant) -> float:
        """How long ago it was built; 0 without a version."""
        return 0.0 if self.version is None else max(now - self.built_at, 0) / 1e6


class LoadedIndex:
    """What this process serves, and what it knows of newer things."""

    __slots__ = (
        "active", "failure", "failures", "has_changes", "is_settled", "lock", "progress", "serving", "tried",
        "tried_at",
    )  # fmt: skip

    def __init__(self) -> None:
        self.serving: Serving | None = None
        #: How much of a build that was asked for is done; None where there is none.
        self.progress: float | None = None
        #: Whether items have changed that are not taken in.
        self.has_changes = False
        #: The version that the database names, and the one that was tried last, with the monotonic time of that.
        self.active: ActiveIndex | None = None
        self.tried: ActiveIndex | None = None
        self.tried_at = 0.0
        #: Why the active version is not served.
        self.failure: Exception | None = None
        self.failures = 0
        #: Whether somebody has asked for it, so that it is kept up to date.
        self.is_settled = False
        self.lock = asyncio.Lock()

    @property
    def index(self) -> RankingIndex | None:
        """What is served."""
        return None if self.serving is None else self.serving.served

    @property
    def built_share(self) -> float | None:
        """How much of a version is built that is asked for; 1 while one that is built is not loaded."""
        is_coming = self.progress is None and self.active is not None and self.failure is None
        return 1.0 if is_coming else self.progress

    @property
    def is_in_use(self) -> bool:
        """Whether there is one, or was to be one."""
        return self.serving is not None or self.failure is not None

    @property
    def horizon(self) -> str | None:
        """Up to where changes of items are in."""
        return None if self.serving is None else self.serving.horizon.snapshot

    def is_due(self, now: float) -> bool:
        """Whether there is something to take in, at a monotonic time."""
        return self.is_settled and not self.lock.locked() and (self.is_behind(now) or self.has_changes)

    def is_behind(self, now: float) -> bool:
        """Whether the active version is to be loaded: it has not been tried, or not for a while since it failed."""
        if self.active is None:
            return False
        return self.active != self.tried or (self.failure is not None and now - self.tried_at > _AGAIN_SECONDS)

    def figures(self) -> IndexFigures:
        """How it is doing."""
        failure = _in_words(self.failure)
        if self.serving is None:
            return IndexFigures(None, 0, Instant(0), failure, self.failures)
        told = self.serving.manifest
        return IndexFigures(told.version, told.items, told.built_at, failure, self.failures)


def _in_words(failure: Exception | None) -> str:
    """Anybody may read it: no paths."""
    if failure is None:
        return ""
    return str(failure) if isinstance(failure, TessellaError) else "It cannot be read. The log says why."
