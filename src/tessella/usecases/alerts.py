"""What somebody is to look at: raised, resolved, listed, acknowledged."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.alerts.alert import Alert, AlertState, Raised
from tessella.domain.alerts.rules import AlertRule
from tessella.ports import Session


async def raise_alert(session: Session, rule: AlertRule, key: str, detail: str) -> Alert:
    """Have somebody look: the alert of this rule and key that is open, seen once more, or a new one.

    A new one is told to the webhooks that ask for `alert.raised` and by e-mail. `detail` holds no personal data.
    """
    return await session.raise_alert(Raised(rule, key, detail))


async def resolve_alert(session: Session, rule: AlertRule, key: str) -> Alert | None:
    """Say that it is no longer so; None where nothing was open."""
    return await session.resolve_alert(rule, key)


async def list_alerts(
    session: Session, *, state: AlertState | None, limit: int, cursor: str | None
) -> tuple[Sequence[Alert], str | None]:
    """One page of alerts, the newest first, and the cursor of the next page."""
    return await session.alerts(state=state, limit=limit, cursor=cursor)


async def acknowledge_alert(session: Session, alert_id: str) -> Alert:
    """Say that somebody has seen it; it stays open in all else. Raises `NoSuch` and `AlertIsResolved`."""
    return await session.acknowledge_alert(alert_id)
