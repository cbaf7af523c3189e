"""Calculated audiences: what is told of each calculation, and what makes one."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.membership import Cause
from tessella.domain.identifiers import Instant, SegmentId, SubjectId

if TYPE_CHECKING:
    from tessella.domain.audiences.tally import Tally


class CalculationState(StrEnum):
    """What has become of a calculation."""

    CALCULATING = "calculating"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    FAILED = "failed"


class CalculationKind(StrEnum):
    """What a calculation reads."""

    #: Everything.
    FULL = "full"
    #: What has changed since the calculation before it.
    INCREMENTAL = "incremental"


@dataclass(frozen=True, slots=True)
class StoredCalculation:
    """One calculation."""

    #: UUID version 7, so versions are ordered by the time at which they were begun.
    version: str
    state: CalculationState
    #: The moment at which rules are evaluated.
    as_of: Instant
    begun_at: Instant
    #: None while it goes on; so are the rest, but for the problem.
    ended_at: Instant | None
    kind: CalculationKind | None
    #: Of the definitions that it used.
    snapshot_version: int | None
    subjects: int | None
    #: On the disk.
    bytes: int | None
    #: Why it failed; empty for any other.
    problem: str


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """How many subjects a segment held in one calculation."""

    version: str
    as_of: Instant
    #: Everybody who was there.
    subjects: int
    segment_id: SegmentId
    members: int
    #: Those for whom it was the first match.
    first_matches: int


@dataclass(frozen=True, slots=True)
class MembershipChange:
    """A subject who has entered or left a segment."""

    #: Grows from change to change: the cursor.
    number: int
    segment_id: SegmentId
    subject_id: SubjectId
    entered: bool
    cause: Cause
    #: The calculation that found it, and the moment that this is true of.
    version: str
    as_of: Instant


@dataclass(frozen=True, slots=True)
class ActiveAudience:
    """The calculation that is in use, and the folder of its files."""

    audience: Audience
    folder: Path
    #: Up to where stored facts are in it, as the session tells it; None where that cannot be compared with now.
    horizon: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a calculation has come to. Its files are in the folder of the calculation."""

    audience: Audience
    kind: CalculationKind
    tally: Tally
    #: Who has entered and left, as CSV of a number from 1, segment_id, subject_id, entered, cause; None at first.
    changes: AsyncIterable[bytes] | None


class Calculation(Protocol):
    """A calculation that goes on: the only one of its namespace."""

    @property
    def version(self) -> str:
        """The version to make."""
        ...

    @property
    def folder(self) -> Path:
        """Where to write `audience.parquet`. It is taken away unless it was published."""
        ...

    @property
    def scratch(self) -> Path:
        """A folder for what is needed meanwhile."""
        ...

    @property
    def before(self) -> ActiveAudience | None:
        """The calculation in use, if there is one whose files are whole."""
        ...

    def take_over_base(self) -> None:
        """Have `audience.parquet` of the calculation before in the scratch folder. Raises `OSError`."""
        ...

    def keep_scratch(self) -> None:
        """Have `audience.parquet` and `delta.parquet` of the scratch folder for files of this calculation. Likewise."""
        ...

    async def publish(self, found: Found) -> StoredCalculation:
        """Keep the result and put it to use: wholly or, when this raises, not at all.

        Raises `CalculationOvertaken` when another one took this one for dead, and `OSError`.
        """
        ...
