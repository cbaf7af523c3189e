"""What an alert is, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.alerts.rules import AlertRule, Severity
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import write_instant
from tessella.domain.identifiers import Instant, Json

#: The most characters of a detail; what is longer is cut.
DETAIL_MAX_LENGTH: Final = 2000


class AlertState(StrEnum):
    """How far it has come."""

    OPEN = "open"
    #: Somebody has seen it, and it is still so.
    ACKNOWLEDGED = "acknowledged"
    #: It is no longer so.
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Raised:
    """Something that is wrong now."""

    rule: AlertRule
    #: What it is wrong with, such as the id of a source. It is one alert with what is open under the same rule and key.
    key: str
    #: One or two sentences: what was seen, with the values that matter. No personal data.
    detail: str

    @property
    def title(self) -> str:
        """What is wrong, in one line."""
        return self.rule.title.format(key=self.key)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong, or was."""

    #: UUID version 7.
    alert_id: str
    #: The name of its rule. A later Tessella may have rules that this one does not know.
    rule: str
    key: str
    severity: Severity
    title: str
    detail: str
    state: AlertState
    first_seen_at: Instant
    last_seen_at: Instant
    #: How often it was seen, 1 for the first time.
    seen: int
    #: The role that has acknowledged it; empty as long as none has.
    acknowledged_by: str
    acknowledged_at: Instant | None
    resolved_at: Instant | None


def write_alert(alert: Alert) -> dict[str, Json]:
    """An alert as it is written in JSON, its times in ISO 8601."""
    return {
        "alert_id": alert.alert_id, "rule": alert.rule, "key": alert.key, "severity": alert.severity,
        "title": alert.title, "detail": alert.detail, "state": alert.state,
        "first_seen_at": iso(alert.first_seen_at), "last_seen_at": iso(alert.last_seen_at), "seen": alert.seen,
        "acknowledged_by": alert.acknowledged_by, "acknowledged_at": write_instant(alert.acknowledged_at),
        "resolved_at": write_instant(alert.resolved_at),
    }  # fmt: skip
