"""Read reports of how good rankings are."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.ports import Session
from tessella.ports.evaluations import StoredEvaluation


async def list_evaluations(session: Session) -> Sequence[StoredEvaluation]:
    """What is kept, the newest first, without the reports themselves."""
    return await session.evaluations()


async def get_evaluation(session: Session, evaluation_id: str) -> StoredEvaluation:
    """One with its report. Raises `NoSuch`."""
    return await session.evaluation(evaluation_id)
