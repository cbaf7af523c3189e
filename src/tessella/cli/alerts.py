"""`tessella alerts`: what somebody is to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.output import AsJson, answer, console, counted, print_below, say
from tessella.domain.alerts.alert import AlertState, write_alert

app = typer.Typer(no_args_is_help=True, help="What is wrong and wants to be looked at.")

AlertId = Annotated[str, typer.Argument(help="As `tessella alerts list` tells it.")]


@app.command("list")
def list_all(
    state: Annotated[AlertState | None, typer.Option(help="Only alerts in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The most alerts that are shown.")] = 100,
    cursor: Annotated[str | None, typer.Option(help="The next_cursor of the page before.")] = None,
    namespace: InNamespace = DEMO,
    as_json: AsJson = False,
) -> None:
    """List alerts, the newest first."""
    found, next_cursor = in_session(
        namespace, lambda session: usecases.list_alerts(session, state=state, limit=limit, cursor=cursor)
    )
    page = {"items": [write_alert(each) for each in found], "next_cursor": next_cursor}
    answer(page, as_json=as_json, show=print_alerts)


@app.command("acknowledge")
def acknowledge(alert_id: AlertId, namespace: InNamespace = DEMO, as_json: AsJson = False) -> None:
    """Say that you have seen an alert. It is resolved by itself when it is no longer so."""
    found = in_session(namespace, lambda session: usecases.acknowledge_alert(session, alert_id))
    answer(write_alert(found), as_json=as_json, show=print_alert)


def print_alerts(page: Mapping[str, Any]) -> None:
    """A block an alert: what is wrong, what was seen, and when."""
    if not page["items"]:
        console.print("Nothing is wrong that Tessella knows of.")
        return
    for alert in page["items"]:
        print_alert(alert)
        first, last = _minute(alert["first_seen_at"]), _minute(alert["last_seen_at"])
        print_below(f"Seen {counted(alert['seen'], 'time')}, first at {first}, last at {last} UTC.")
        print_below(f"alert_id {alert['alert_id']}")


def print_alert(alert: Mapping[str, Any]) -> None:
    """What is wrong, and what was seen."""
    say(f"{alert['severity']}, {alert['state']}: {alert['title']}")
    if alert["detail"]:
        print_below(alert["detail"])


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
