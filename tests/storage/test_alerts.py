"""Alerts: one for as long as it lasts, and who sees it."""

import asyncio

import pytest

from tessella.domain.alerts.alert import DETAIL_MAX_LENGTH, AlertState, Raised
from tessella.domain.alerts.rules import ALERT_RULES, AUDIENCE_STALE, WEBHOOK_FAILING
from tessella.domain.errors import AlertIsResolved, NoSuch, WrongShape
from tessella.domain.identifiers import Role
from tests.database import scoped, session_elsewhere, session_of

pytestmark = pytest.mark.anyio

STALE = Raised(AUDIENCE_STALE, "main", "The disk is full.")


@pytest.fixture
async def session(storage, namespace):
    return await session_of(storage, namespace)


def test_every_rule_is_found_by_its_name():
    assert all(name == rule.name and rule.title.format(key="k") for name, rule in ALERT_RULES.items())


async def test_an_alert_that_is_raised_by_many_at_once_is_one_alert(session):
    raised = await asyncio.gather(*(session.raise_alert(STALE) for _ in range(8)))
    assert sorted(each.seen for each in raised) == [1, 2, 3, 4, 5, 6, 7, 8]
    (alert,), following = await session.alerts(state=AlertState.OPEN, limit=10, cursor=None)
    assert (alert.seen, alert.title, following) == (8, AUDIENCE_STALE.title, None)
    assert alert.first_seen_at <= alert.last_seen_at


async def test_what_was_seen_last_is_what_the_alert_tells(session):
    first = await session.raise_alert(STALE)
    again = await session.raise_alert(Raised(AUDIENCE_STALE, "main", "x" * (DETAIL_MAX_LENGTH + 1)))
    assert (again.alert_id, again.detail) == (first.alert_id, "x" * DETAIL_MAX_LENGTH)


async def test_a_detail_that_the_database_cannot_hold_is_told_as_well_as_it_can(session):
    alert = await session.raise_alert(Raised(AUDIENCE_STALE, "main", "No file \0 of name \udcff."))
    assert alert.detail == "No file ? of name ?."


async def test_another_key_is_another_alert_and_so_is_one_after_the_end(session):
    first = await session.raise_alert(STALE)
    other = await session.raise_alert(Raised(AUDIENCE_STALE, "second", ""))
    resolved = await session.resolve_alert(AUDIENCE_STALE, "main")
    assert (resolved.alert_id, resolved.state) == (first.alert_id, AlertState.RESOLVED)
    after = await session.raise_alert(STALE)
    assert len({first.alert_id, other.alert_id, after.alert_id}) == 3
    assert await session.resolve_alert(WEBHOOK_FAILING, "main") is None


async def test_an_alert_that_was_acknowledged_stays_so_while_it_is_seen_again(session):
    alert = await session.raise_alert(STALE)
    acknowledged = await session.acknowledge_alert(alert.alert_id)
    assert (acknowledged.state, acknowledged.acknowledged_by) == (AlertState.ACKNOWLEDGED, "admin")
    assert await session.acknowledge_alert(alert.alert_id) == acknowledged
    again = await session.raise_alert(STALE)
    assert (again.alert_id, again.state, again.seen) == (alert.alert_id, AlertState.ACKNOWLEDGED, 2)


async def test_what_is_over_or_nobodys_cannot_be_acknowledged(session):
    alert = await session.raise_alert(STALE)
    await session.resolve_alert(AUDIENCE_STALE, "main")
    with pytest.raises(AlertIsResolved):
        await session.acknowledge_alert(alert.alert_id)
    for name in ("none", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NoSuch):
            await session.acknowledge_alert(name)


async def test_alerts_are_listed_by_cursor_the_newest_first(session):
    made = [(await session.raise_alert(Raised(AUDIENCE_STALE, f"{number}", ""))).alert_id for number in range(5)]
    listed, cursor = [], None
    while True:
        page, cursor = await session.alerts(state=None, limit=2, cursor=cursor)
        listed += [each.alert_id for each in page]
        if cursor is None:
            break
    assert listed == made[::-1]
    with pytest.raises(WrongShape):
        await session.alerts(state=None, limit=2, cursor="nonsense")


async def test_a_monitor_sees_alerts_and_another_tenant_sees_none(storage, session, namespace):
    alert = await session.raise_alert(STALE)
    monitor = await session_of(storage, namespace, Role.MONITOR)
    assert (await monitor.alerts(state=None, limit=10, cursor=None))[0] == [alert]
    others = await session_elsewhere(storage)
    assert (await others.alerts(state=None, limit=10, cursor=None))[0] == []
    with pytest.raises(NoSuch):
        await others.acknowledge_alert(alert.alert_id)


@pytest.mark.parametrize("role", [Role.MONITOR, Role.SERVICE, Role.CLIENT, Role.READER])
def test_webhooks_and_deliveries_are_seen_by_administrators_only(database, role):
    with scoped(database.app, "walked", role) as connection:
        for table in ("webhooks", "deliveries"):
            assert connection.execute(f"SELECT count(*) FROM tessella.{table}").fetchone() == (0,)
