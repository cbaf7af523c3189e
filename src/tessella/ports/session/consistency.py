"""Checks that decide the same subjects online and set-wise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tessella.domain.audiences.agreement import AgreementReport
from tessella.domain.identifiers import SubjectId
from tessella.ports.audiences import ActiveAudience
from tessella.ports.consistency import StoredCheck


class Consistency(Protocol):
    """What a check asks beside what decisions and calculations do, and its reports."""

    async def audience_and_horizon(self) -> ActiveAudience | None:
        """The calculation in use with its horizon. Raises `VersionUnusable` when its files are not whole."""
        ...

    async def horizon(self) -> str:
        """Up to where stored facts can be seen now."""
        ...

    async def changed_of(self, subject_ids: Sequence[SubjectId], since: str) -> frozenset[SubjectId]:
        """Those of the subjects whose stored facts or settings have changed since a horizon."""
        ...

    async def add_check(self, report: AgreementReport) -> StoredCheck:
        """Keep a report, and forget the oldest of many."""
        ...

    async def checks(self, limit: int) -> Sequence[StoredCheck]:
        """The last ones, the newest first."""
        ...
