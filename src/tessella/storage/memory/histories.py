"""What the process remembers of subjects' histories: for some seconds, or until this process has written to them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tessella.domain.identifiers import Namespace, SubjectId
from tessella.domain.ranking.subject.events import SubjectEvents
from tessella.storage.connections.connecting import Connection
from tessella.storage.histories import read_history, send_for_histories
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.memory.recent import Recent

#: How long after it was read a history counts as fresh: events of other processes are not told one by one.
FRESH_SECONDS: Final = 5.0
#: About so much memory is held by a history, and by each of its events.
_BYTES: Final = 600
_EVENT_BYTES: Final = 150

#: In place of the time of a history that may have changed while it was read.
CHANGED: Final = float("-inf")

_Key = tuple[Namespace, SubjectId]


@dataclass(frozen=True, slots=True)
class KnownHistory:
    """One subject's history as read at one moment."""

    events: SubjectEvents
    #: The monotonic time of that moment, and the namespace's `trust` of then.
    read_at: float
    trust: object

    @property
    def bytes(self) -> int:
        """About the memory that it holds."""
        return _BYTES + _EVENT_BYTES * len(self.events)


class Histories:
    """Known histories by recency of use, over all namespaces, within so many bytes."""

    def __init__(self, *, capacity_bytes: int) -> None:
        self._known: Recent[_Key, KnownHistory] = Recent(capacity=capacity_bytes, size_of=lambda known: known.bytes)
        #: Those that are being read, and that nobody has changed since.
        self._reading: dict[_Key, float] = {}

    def __len__(self) -> int:
        return len(self._known)

    @property
    def bytes(self) -> int:
        """About the memory that all of them hold."""
        return self._known.size

    def fresh(self, loaded: LoadedNamespace, subject_id: SubjectId) -> KnownHistory | None:
        """The history, if it was read a moment ago and this process has not changed it since."""
        key = loaded.namespace, subject_id
        found = self._known.get(key)
        if found is None or found.trust is not loaded.trust or time.monotonic() > found.read_at + FRESH_SECONDS:
            return None
        self._known.use(key)
        return found

    def stale(self, loaded: LoadedNamespace, subject_id: SubjectId) -> KnownHistory:
        """What is left while the database is away: the last known events, or none, marked as stale."""
        self._reading.pop((loaded.namespace, subject_id), None)
        found = self._known.get((loaded.namespace, subject_id))
        if found is None:
            return KnownHistory(SubjectEvents(stale=True), CHANGED, loaded.trust)
        return replace(found, events=replace(found.events, stale=True))

    async def send(self, connection: Connection, loaded: LoadedNamespace, subject_ids: Sequence[SubjectId]) -> Any:
        """Ask the database; the rows are for `read`."""
        began = time.monotonic()
        self._reading |= {(loaded.namespace, each): began for each in subject_ids}
        return await send_for_histories(connection, loaded.namespace, subject_ids)

    def read(self, loaded: LoadedNamespace, row: Sequence[Any]) -> KnownHistory:
        """One subject of an answer."""
        subject_id, as_of, written = row
        read_at = self._reading.pop((loaded.namespace, subject_id), CHANGED)
        return KnownHistory(read_history(as_of, written), read_at, loaded.trust)

    def keep(self, loaded: LoadedNamespace, subject_id: SubjectId, known: KnownHistory) -> None:
        """Remember a history, unless it was changed while it was read."""
        if known.read_at == CHANGED:
            return
        self._known.keep((loaded.namespace, subject_id), known)

    def forget(self, loaded: LoadedNamespace, subject_ids: Iterable[SubjectId]) -> None:
        """Drop histories that have changed; what is being read at this moment is not kept either."""
        for subject_id in subject_ids:
            self._reading.pop((loaded.namespace, subject_id), None)
            self._known.drop((loaded.namespace, subject_id))
