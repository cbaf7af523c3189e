"""Verify the audit: that no recorded decision was altered, taken away, put in or moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tessella.domain.privacy.audit_check import AuditCheck, AuditFault
from tessella.logs import get_logger
from tessella.ports import Progress, Session

_LOG: Final = get_logger(__name__)
#: So many faults are told; all are counted.
MOST_FAULTS: Final = 1000
_ROWS_A_STEP: Final = 1000


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """How the audit was found."""

    #: Nothing is wrong.
    holds: bool
    #: The rows that belong to a chain.
    rows: int
    writers: int
    #: Rows from before there were chains: only their number is known.
    unchained_rows: int
    fault_count: int
    #: The first thousand.
    faults: tuple[AuditFault, ...]


class _Faults:
    def __init__(self) -> None:
        self.count = 0
        self.first: list[AuditFault] = []

    def add(self, faults: Iterable[AuditFault]) -> None:
        for fault in faults:
            self.count += 1
            if self.count <= MOST_FAULTS:
                self.first.append(fault)


async def verify_audit(session: Session, progress: Progress) -> AuditVerdict:
    """Read every row of the namespace once, chain by chain. Decisions may be recorded meanwhile.

    `progress` is told the share that is done, from 0 to 1, every thousand rows.
    """
    extent = await session.audit_extent()
    check, faults, rows = AuditCheck(extent, session.audit_mac), _Faults(), 0
    expected = sum(head.sequence for head in extent.heads)
    async for link in session.audit_links():
        faults.add(check.take(link))
        rows += 1
        if rows % _ROWS_A_STEP == 0:
            progress(min(rows / max(expected, 1), 1.0))
    faults.add(check.finish(await session.audit_extent()))
    progress(1.0)
    _LOG.info("audit_read", rows=rows, failures=faults.count)
    return AuditVerdict(
        faults.count == 0, rows, check.writers, extent.unchained_rows, faults.count, tuple(faults.first)
    )
