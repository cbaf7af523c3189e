"""Reports of how good rankings are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from tessella.domain.identifiers import Json
from tessella.ports.evaluations import EvaluationKind, StoredEvaluation


class Evaluations(Protocol):
    """The reports of a namespace; the last 200 are kept."""

    async def add_evaluation(self, kind: EvaluationKind, inputs: Mapping[str, Json], report: Json) -> StoredEvaluation:
        """Keep a report."""
        ...

    async def evaluations(self) -> Sequence[StoredEvaluation]:
        """What is kept, the newest first, without the reports themselves."""
        ...

    async def evaluation(self, evaluation_id: str) -> StoredEvaluation:
        """One. Raises `NoSuch`."""
        ...
