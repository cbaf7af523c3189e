"""How checks of consistency are shown."""

from __future__ import annotations

from tessella.domain.features.gate import iso
from tessella.http.schemas.consistency import CheckShown
from tessella.ports.consistency import StoredCheck


def check_shown(check: StoredCheck) -> CheckShown:
    """A check with its times as text."""
    report = check.report
    return CheckShown(
        check.check_id, iso(check.made_at), report.version, iso(report.as_of), report.snapshot_version, report.seed,
        report.counts, report.segments, report.redefined, report.request_time, report.rules, report.features,
    )  # fmt: skip
