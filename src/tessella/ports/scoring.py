"""Predictions for whole audiences: what is scored, and what does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tessella.domain.predictions.segment.scoring import Counted, Group, ScoringModel
from tessella.ports.records import Progress


@dataclass(frozen=True, slots=True)
class ScoringOrder:
    """What is to be scored: a row a member, as `domain.predictions.segment.members` writes it."""

    sql: str
    parameters: Mapping[str, Any]
    groups: tuple[Group, ...]
    #: None where the rows hold the prediction already, as they do cells of RFM.
    model: ScoringModel | None
    #: A folder for what was predicted of each member, as files of Parquet; None: only the counts are wanted.
    target: Path | None = None


class Scoring(Protocol):
    """Scores members beside this process."""

    async def score(self, order: ScoringOrder, progress: Progress) -> Counted:
        """Predict for everybody in a statement.

        Raises `ScoringBusy` when too many wait, `ScoringFailed`, `QueryTimedOut` or `WorkerLost`. What is in the target
        then is not whole.
        """
        ...
