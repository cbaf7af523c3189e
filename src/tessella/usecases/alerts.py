"""What somebody is to look at: listed, acknowledged. What finds a thing raises it by `Session.raise_alert`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.alerts.alert import Alert, AlertState
from tessella.domain.alerts.rules import AlertRule
from tessella.ports import Session

_PAGE: Final = 1000
_UNRESOLVED: Final = (AlertState.OPEN, AlertState.ACKNOWLEDGED)


async def list_alerts(
    session: Session, *, state: AlertState | None, limit: int, cursor: str | None
) -> tuple[Sequence[Alert], str | None]:
    """One page of alerts, the newest first, and the cursor of the next page."""
    return await session.alerts(state=state, limit=limit, cursor=cursor)


async def acknowledge_alert(session: Session, alert_id: str) -> Alert:
    """Say that somebody has seen it; it stays open in all else. Raises `NoSuch` and `AlertIsResolved`."""
    return await session.acknowledge_alert(alert_id)


async def unresolved_keys(session: Session, rule: AlertRule) -> set[str]:
    """What alerts of a rule are about that are not resolved."""
    pages = [(await session.alerts(state=each, limit=_PAGE, cursor=None))[0] for each in _UNRESOLVED]
    return {alert.key for page in pages for alert in page if alert.rule == rule.name}
