"""What somebody is to look at: told by what finds it, listed, acknowledged, and resolved where it is no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from tessella.domain.alerts.alert import Alert, AlertState, Raised
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


async def tell(session: Session, rule: AlertRule, key: str, detail: str | None) -> None:
    """Raise the alert of `key` with what there is to say; resolve it where there is nothing. Again changes nothing."""
    if detail is None:
        await session.resolve_alert(rule, key)
    else:
        await session.raise_alert(Raised(rule, key, detail))


async def resolve_others(session: Session, rules: Iterable[AlertRule], keys: Collection[str]) -> None:
    """Resolve the alerts of some rules that are about none of `keys`."""
    for rule in rules:
        for key in await unresolved_keys(session, rule):
            if key not in keys:
                await session.resolve_alert(rule, key)
