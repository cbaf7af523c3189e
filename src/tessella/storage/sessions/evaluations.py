"""Reports of how good rankings are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.identifiers import Json
from tessella.ports.evaluations import EvaluationKind, StoredEvaluation
from tessella.storage import evaluations
from tessella.storage.sessions.base import SessionBase


class EvaluationsPart(SessionBase):
    """`ports.session.Evaluations` over PostgreSQL."""

    __slots__ = ()

    async def add_evaluation(self, kind: EvaluationKind, inputs: Mapping[str, Json], report: Json) -> StoredEvaluation:
        async with self._administering() as connection:
            return await evaluations.add(connection, self.caller.namespace, kind, inputs, report)

    async def evaluations(self) -> Sequence[StoredEvaluation]:
        async with self._administering() as connection:
            return await evaluations.everything(connection, self.caller.namespace)

    async def evaluation(self, evaluation_id: str) -> StoredEvaluation:
        async with self._administering() as connection:
            return await evaluations.one(connection, self.caller.namespace, evaluation_id)
