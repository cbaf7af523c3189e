"""Assignments that this process has seen lately. They never change, so none is ever out of date."""

from __future__ import annotations

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.identifiers import ExperimentId, Namespace, SubjectId
from tessella.storage.memory.recent import Recent

_Key = tuple[Namespace, ExperimentId, SubjectId]


class Assignments:
    """Assignments by recency of use, over all namespaces."""

    def __init__(self, *, capacity: int) -> None:
        self._known: Recent[_Key, Assignment] = Recent(capacity=capacity, size_of=lambda known: 1)

    def get(self, namespace: Namespace, experiment_id: ExperimentId, user: SubjectId) -> Assignment | None:
        """The assignment of a unit, if it is known here."""
        return self._known.used((namespace, experiment_id, user))

    def keep(self, namespace: Namespace, assignment: Assignment) -> None:
        """Remember one that is stored."""
        self._known.keep((namespace, assignment.experiment_id, assignment.user_identifier), assignment)
