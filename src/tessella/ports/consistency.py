"""What is kept of checks that decide the same subjects online and set-wise."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.audiences.agreement import AgreementReport
from tessella.domain.identifiers import Instant


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """One check."""

    #: UUID version 7.
    check_id: str
    made_at: Instant
    report: AgreementReport


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The figures of a namespace's last check."""

    made_at: Instant
    compared: int
    disagreed: int
