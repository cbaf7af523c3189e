"""`tessella alerts`."""

import re

import psycopg
import pytest

from tests.storage.rows import insert

ID = "01900000-0000-7000-8000-000000000001"


@pytest.fixture
def alerted(shop, database, namespace):
    """One alert."""
    with psycopg.connect(database.superuser) as connection:
        told = {"title": "'The disk is full.'", "rule": "'audience_stale'", "severity": "'warning'"}
        insert(connection, "alerts", namespace, alert_id=f"'{ID}'", **told)
    return shop


def test_without_alerts_the_command_says_that_nothing_is_wrong(shop):
    assert "Nothing is wrong" in shop("alerts", "list").well().out
    assert shop("alerts", "list", "--json").json() == {"items": [], "next_cursor": None}


def test_an_alert_is_listed_and_acknowledged(alerted):
    title, *_, seen, alert_id = alerted("alerts", "list").well().out.splitlines()
    assert title == "warning, open: The disk is full."
    assert re.fullmatch(r"  Seen 1 time, first at \d{4}-\d\d-\d\d \d\d:\d\d, last at .{16} UTC\. *", seen)
    assert alert_id.strip() == f"alert_id {ID}"
    assert "warning, acknowledged: The disk is full." in alerted("alerts", "acknowledge", ID).well().out
    (alert,) = alerted("alerts", "list", "--state", "acknowledged", "--json").json()["items"]
    assert (alert["alert_id"], alert["acknowledged_by"]) == (ID, "admin")


def test_an_alert_that_there_is_not_is_named(alerted):
    assert 'There is no alert "none"' in alerted("alerts", "acknowledge", "none").refused()
