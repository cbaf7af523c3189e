"""Alerts in the database. Each change of one is announced in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.alerts.alert import DETAIL_MAX_LENGTH, Alert, AlertState, Raised, write_alert
from tessella.domain.alerts.rules import AlertRule, Severity
from tessella.domain.errors import AlertIsResolved, NoSuch, storable
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.domain.notices.notice import Event, Notice
from tessella.storage.connections.connecting import Connection
from tessella.storage.ids import id_before, new_id, read_id
from tessella.storage.notices.announcing import Announcer
from tessella.storage.times import micros, timestamptz

#: How long alerts are kept that are resolved.
RETENTION_DAYS: Final = 90
_ALERT: Final = f"""alert_id::text, rule, key, severity, title, detail, state, {micros("first_seen_at")},
       {micros("last_seen_at")}, seen, acknowledged_by, {micros("acknowledged_at")}, {micros("resolved_at")}"""
_NOW: Final = timestamptz("%(now)s")
_RAISE: Final = f"""
INSERT INTO tessella.alerts AS stored
       (namespace, alert_id, rule, key, severity, title, detail, first_seen_at, last_seen_at)
VALUES (%(namespace)s, %(id)s, %(rule)s, %(key)s, %(severity)s, %(title)s, %(detail)s, {_NOW}, {_NOW})
ON CONFLICT (namespace, rule, key) WHERE state <> 'resolved' DO UPDATE
   SET seen = stored.seen + 1, last_seen_at = greatest(stored.last_seen_at, excluded.last_seen_at),
       severity = excluded.severity, title = excluded.title, detail = excluded.detail
RETURNING {_ALERT}
"""
_RESOLVE: Final = f"""
UPDATE tessella.alerts SET state = 'resolved', resolved_at = {_NOW}
 WHERE namespace = %(namespace)s AND rule = %(rule)s AND key = %(key)s AND state <> 'resolved'
RETURNING {_ALERT}
"""
_ACKNOWLEDGE: Final = f"""
UPDATE tessella.alerts
   SET state = 'acknowledged', acknowledged_by = CASE state WHEN 'open' THEN %(by)s ELSE acknowledged_by END,
       acknowledged_at = coalesce(acknowledged_at, {_NOW})
 WHERE namespace = %(namespace)s AND alert_id = %(id)s AND state <> 'resolved'
RETURNING {_ALERT}
"""
_ONE: Final = f"SELECT {_ALERT} FROM tessella.alerts WHERE namespace = %s AND alert_id = %s"
_PAGE: Final = f"""
SELECT {_ALERT} FROM tessella.alerts
 WHERE namespace = %(namespace)s
   AND (%(state)s::text IS NULL OR state = %(state)s)
   AND (%(cursor)s::uuid IS NULL OR alert_id < %(cursor)s)
 ORDER BY alert_id DESC
 LIMIT %(limit)s + 1
"""
_FORGET: Final = f"""
DELETE FROM tessella.alerts WHERE namespace = %s AND resolved_at < now() - interval '{RETENTION_DAYS} days'
"""
#: Of each rule that has any, how many alerts are not resolved.
COUNT_OPEN: Final = """
SELECT rule, count(*) FROM tessella.alerts WHERE namespace = %s AND state <> 'resolved' GROUP BY rule
"""


async def raise_alert(
    connection: Connection, namespace: Namespace, raised: Raised, now: Instant, announcer: Announcer
) -> Alert:
    """The alert that is open, seen once more, or a new one. The transaction must be the server's own (`system`)."""
    rule = raised.rule
    told = {
        "namespace": namespace, "id": new_id(), "rule": rule.name, "key": raised.key, "severity": rule.severity,
        "title": raised.title, "detail": storable(raised.detail, DETAIL_MAX_LENGTH), "now": now,
    }  # fmt: skip
    [row] = await (await connection.execute(_RAISE, told)).fetchall()
    alert = _alert(row)
    if alert.seen == 1:
        await announcer.announce(connection, namespace, [_notice(Event.ALERT_RAISED, alert, now)], now)
    return alert


async def resolve_alert(
    connection: Connection, namespace: Namespace, rule: AlertRule, key: str, now: Instant, announcer: Announcer
) -> Alert | None:
    """Say that it is no longer so; None where nothing was open. The transaction must be the server's own."""
    told = {"namespace": namespace, "rule": rule.name, "key": key, "now": now}
    found = await (await connection.execute(_RESOLVE, told)).fetchone()
    if found is None:
        return None
    alert = _alert(found)
    await announcer.announce(connection, namespace, [_notice(Event.ALERT_RESOLVED, alert, now)], now)
    return alert


async def acknowledge_alert(
    connection: Connection, namespace: Namespace, alert_id: str, by: Role, now: Instant
) -> Alert:
    """Say that somebody has seen it; nothing changes the second time. Raises `NoSuch` and `AlertIsResolved`."""
    told = {"namespace": namespace, "id": read_id(alert_id, "alert"), "by": by, "now": now}
    found = await (await connection.execute(_ACKNOWLEDGE, told)).fetchone()
    if found is not None:
        return _alert(found)
    await one_alert(connection, namespace, alert_id)
    raise AlertIsResolved(alert_id)


async def one_alert(connection: Connection, namespace: Namespace, alert_id: str) -> Alert:
    """One. Raises `NoSuch`."""
    found = await (await connection.execute(_ONE, [namespace, read_id(alert_id, "alert")])).fetchone()
    if found is None:
        raise NoSuch("alert", alert_id)
    return _alert(found)


async def alerts_page(
    connection: Connection, namespace: Namespace, state: AlertState | None, limit: int, cursor: str | None
) -> tuple[Sequence[Alert], str | None]:
    """Alerts, the newest first, and the cursor of the next page; None at the end. Raises `WrongShape`."""
    asked = {"namespace": namespace, "state": state, "limit": limit, "cursor": id_before(cursor)}
    found = [_alert(row) for row in await (await connection.execute(_PAGE, asked)).fetchall()]
    shown = found[:limit]
    return shown, shown[-1].alert_id if len(found) > limit else None


async def forget_old(connection: Connection, namespace: Namespace) -> None:
    """Remove the namespace's alerts that have been resolved for `RETENTION_DAYS`."""
    await connection.execute(_FORGET, [namespace])


def _notice(event: Event, alert: Alert, now: Instant) -> Notice:
    return Notice(event, now, {"alert": write_alert(alert)})


def _alert(row: Sequence[Any]) -> Alert:
    alert_id, rule, key, severity, title, detail, state, *rest = row
    return Alert(alert_id, rule, key, Severity(severity), title, detail, AlertState(state), *rest)
