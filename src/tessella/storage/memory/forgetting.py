"""What this process remembers of a subject who was erased, dropped wherever it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from tessella.domain.identifiers import Namespace, SubjectId
from tessella.ports.customer_rows import CustomerRows
from tessella.storage.audit.rows import forget_pseudonyms
from tessella.storage.experiments.memory.cached import Assignments
from tessella.storage.memory.histories import Histories
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.memory.predictions import Predictions
from tessella.storage.memory.rankings import Rankings
from tessella.storage.memory.segment_predictions import SegmentPredictions
from tessella.storage.memory.subjects import Subjects
from tessella.storage.vault import Vault

#: Hears of subjects of a namespace who are erased.
Listener = Callable[[Namespace, Collection[SubjectId]], None]


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Every memory of this process that holds subjects."""

    subjects: Subjects
    histories: Histories
    assignments: Assignments
    rankings: Rankings
    predictions: Predictions
    segment_predictions: SegmentPredictions
    customer_rows: CustomerRows
    vault: Vault
    #: Those outside of storage.
    listeners: Sequence[Listener]

    async def forget(self, loaded: LoadedNamespace, subject_ids: Collection[SubjectId]) -> None:
        """Drop subjects of a namespace, and with them what is kept of several subjects together."""
        namespace = loaded.namespace
        self.subjects.forget(loaded, subject_ids)
        self.histories.forget(loaded, subject_ids)
        self.assignments.forget(namespace, subject_ids)
        self.rankings.forget(namespace)
        self.predictions.forget(namespace)
        self.segment_predictions.forget(namespace)
        forget_pseudonyms()
        for listener in self.listeners:
            listener(namespace, subject_ids)
        for subject_id in subject_ids:
            await self.customer_rows.drop(namespace, subject_id)

    async def forget_sealed(self, loaded: LoadedNamespace, sealed: Collection[bytes]) -> None:
        """The same for subjects that another process has sealed."""
        place = sealing_place(loaded.namespace)
        await self.forget(loaded, [SubjectId(self.vault.open(bytes(each), place)) for each in sealed])


def sealing_place(namespace: Namespace) -> str:
    """What a subject under erasure is sealed to."""
    return f"{namespace} erasures sealed"
