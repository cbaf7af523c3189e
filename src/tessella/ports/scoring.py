"""Predictions for whole audiences: what is scored, what was counted, and what does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec

from tessella.domain.predictions.manifest import Manifest
from tessella.domain.predictions.segment.stats import Stats
from tessella.ports.records import Progress


class Group(msgspec.Struct, frozen=True):
    """Some of the members, whose stats are counted apart."""

    #: A segment's id.
    name: str
    #: The column of bits, and the bit in it, of those who are in it; empty: everybody is.
    word: str = ""
    mask: int = 0


class ScoringModel(msgspec.Struct, frozen=True):
    """A model that the process loads for itself."""

    folder: str
    manifest: Manifest
    #: Of a model of offers, in US dollars: what each one that may be made is worth.
    worth: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class ScoringOrder:
    """What is to be scored: a row a member, as `domain.predictions.members` writes it."""

    sql: str
    parameters: Mapping[str, Any]
    groups: tuple[Group, ...]
    #: None where the rows hold the prediction already, as they do cells of RFM.
    model: ScoringModel | None
    #: A folder for what was predicted of each member, as files of Parquet; None: only the counts are wanted.
    target: Path | None = None


class Counted(msgspec.Struct, frozen=True):
    """What came of it, by the names of the groups."""

    members: Mapping[str, int]
    #: Of whom nothing could be told.
    failed: Mapping[str, int]
    stats: Mapping[str, Stats]
    #: The first of these, by id, of all groups.
    first_failed: tuple[str, ...] = ()


class Scoring(Protocol):
    """Scores members beside this process."""

    async def score(self, order: ScoringOrder, progress: Progress) -> Counted:
        """Predict for everybody in a statement.

        Raises `ScoringBusy` when too many wait, `ScoringFailed`, `QueryTimedOut` or `WorkerLost`. What is in the target
        then is not whole.
        """
        ...
