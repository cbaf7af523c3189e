"""Assignments that this process has seen lately, and units that had none."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Final

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.identifiers import ExperimentId, Namespace, SubjectId
from tessella.storage.memory.recent import Recent

_Key = tuple[Namespace, ExperimentId, SubjectId]
#: How long it is taken as true that a unit has none: a process that lags behind may have assigned it meanwhile.
_ABSENT_SECONDS: Final = 60.0


class Assignments:
    """Assignments by recency of use, over all namespaces. They never change, so none is ever out of date."""

    def __init__(self, *, capacity: int) -> None:
        self._known: Recent[_Key, Assignment] = Recent(capacity=capacity, size_of=lambda known: 1)
        #: The version of the definitions that each had none under, and until when that is believed.
        self._absent: Recent[_Key, tuple[int, float]] = Recent(capacity=capacity, size_of=lambda known: 1)

    def get(self, namespace: Namespace, experiment_id: ExperimentId, user: SubjectId) -> Assignment | None:
        """The assignment of a unit, if it is known here."""
        return self._known.used((namespace, experiment_id, user))

    def keep(self, namespace: Namespace, assignment: Assignment) -> None:
        """Remember one that is stored."""
        self._known.keep((namespace, assignment.experiment_id, assignment.user_identifier), assignment)

    def is_absent(self, namespace: Namespace, experiment_id: ExperimentId, user: SubjectId, version: int) -> bool:
        """Whether a unit had no assignment a moment ago, under the same version of the definitions."""
        absent, until = self._absent.used((namespace, experiment_id, user)) or (None, 0.0)
        return absent == version and time.monotonic() < until

    def keep_absent(self, namespace: Namespace, experiment_id: ExperimentId, user: SubjectId, version: int) -> None:
        """Remember a unit that has none."""
        self._absent.keep((namespace, experiment_id, user), (version, time.monotonic() + _ABSENT_SECONDS))

    def forget(self, namespace: Namespace, users: Collection[SubjectId]) -> None:
        """Let go of units that were erased."""
        self._known.drop_all(lambda key: key[0] == namespace and key[2] in users)
        self._absent.drop_all(lambda key: key[0] == namespace and key[2] in users)
