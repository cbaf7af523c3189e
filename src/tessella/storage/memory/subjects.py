"""What the process remembers of subjects: their settings and facts, as long as nobody has changed them.

An entry needs no clock of its own. The watcher asks each second which subjects of a namespace have changed; what was
not named is still true. When the watcher cannot ask, entries stop being fresh; while the database is away they serve as
`stale`.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from tessella.domain.features.schema import Schema
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.domain.privacy.consent import DEFAULT_CONSENT
from tessella.ports import Known
from tessella.storage.connections.connecting import Connection
from tessella.storage.facts import read_consent, read_facts, send_for_subjects
from tessella.storage.memory.loaded import LoadedNamespace

#: How long after the watcher's last look entries count as fresh. It looks each second.
FRESH_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class KnownSubject(Known):
    """One subject as read at one moment."""

    #: The schema that typed the facts.
    schema: Schema
    #: The namespace's `trust` when it was read.
    trust: object


class Subjects:
    """Known subjects by recency of use, over all namespaces."""

    def __init__(self, *, capacity: int) -> None:
        self._capacity = capacity
        self._known: OrderedDict[tuple[Namespace, SubjectId], KnownSubject] = OrderedDict()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._known)

    def fresh(self, loaded: LoadedNamespace, subject_id: SubjectId) -> KnownSubject | None:
        """The subject, if nothing has changed since it was read."""
        key = loaded.namespace, subject_id
        found = self._known.get(key)
        if found is None or found.trust is not loaded.trust or time.monotonic() > loaded.checked_at + FRESH_SECONDS:
            self.misses += 1
            return None
        self.hits += 1
        self._known.move_to_end(key)
        return found

    def stale(self, loaded: LoadedNamespace, subject_id: SubjectId) -> KnownSubject:
        """What is left while the database is away: the last known facts, or none, marked as stale.

        Of a subject who is not in memory nothing stored is used; only what the request itself carries.
        """
        schema = loaded.current().schema
        found = self._known.get((loaded.namespace, subject_id))
        if found is None or found.schema != schema:
            return KnownSubject(DEFAULT_CONSENT, Facts(stale=True), schema, loaded.trust)
        return replace(found, facts=replace(found.facts, stale=True))

    async def send(self, connection: Connection, loaded: LoadedNamespace, subject_ids: Sequence[SubjectId]) -> Any:
        """Ask the database; the rows are for `read`."""
        return await send_for_subjects(connection, loaded.namespace, subject_ids)

    def read(self, loaded: LoadedNamespace, row: Sequence[Any]) -> KnownSubject:
        """One subject of an answer."""
        _, enabled, sharing, written = row
        schema = loaded.current().schema
        return KnownSubject(read_consent(enabled, sharing), read_facts(schema, written), schema, loaded.trust)

    def keep(self, loaded: LoadedNamespace, subject_id: SubjectId, known: KnownSubject) -> None:
        """Remember a subject."""
        self._known[loaded.namespace, subject_id] = known
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)

    def forget(self, loaded: LoadedNamespace, subject_ids: Iterable[SubjectId]) -> None:
        """Drop subjects that have changed; what is being read at this moment is not kept either."""
        loaded.clock += 1
        for subject_id in subject_ids:
            self._known.pop((loaded.namespace, subject_id), None)
