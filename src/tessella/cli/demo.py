"""`tessella demo`: real households, matched to segments."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

import typer

from tessella.bootstrap import Application, running_on
from tessella.cli.compare import print_agreement
from tessella.cli.decide import print_decision
from tessella.cli.definitions import print_counts
from tessella.cli.lists import name_of, names_in, print_side_by_side
from tessella.cli.output import AsJson, answer, console, notes
from tessella.cli.serve import Host, Port, ServeOptions, Workers, announce, started
from tessella.demo.key import demo_key
from tessella.demo.lists import HouseholdLists
from tessella.demo.load import AS_OF, Demo, load
from tessella.domain.features.gate import iso
from tessella.http.listening import DEFAULT_HOST
from tessella.logs import log_to_stderr
from tessella.settings import Settings, read_settings
from tessella.storage.installation.serving import serving_database

LoadOnly = Annotated[bool, typer.Option("--load-only", help="Load the data and show it, without serving.")]


def demo(
    load_only: LoadOnly = False,
    host: Host = DEFAULT_HOST,
    port: Port = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Load 2,469 real households into the namespace "demo", show who is in which segment, and serve."""
    log_to_stderr("info")
    settings = read_settings()
    if load_only:
        with serving_database(settings) as database:
            asyncio.run(loaded(database.dsn, settings, as_json=as_json))
        return
    options = ServeOptions(settings, host, port, workers, {"TESSELLA_METRICS_OPEN_ON_LOOPBACK": "true"})
    with started(options) as server:  # the workers start while the data are looked at
        key = asyncio.run(loaded(server.database.dsn, settings, as_json=as_json))
        told = {"address": server.address, "key": key}
        server.supervisor.run(lambda: answer(told, as_json=as_json, show=print_access))


async def loaded(dsn: str, settings: Settings, *, as_json: bool) -> str:
    """Load and show the data. Returns a key of the demo's administrator."""
    async with running_on(dsn, settings) as application:
        answer(await loaded_in(application), as_json=as_json, show=print_demo)
        return await demo_key(application)


async def loaded_in(application: Application) -> Demo:
    """The data, loaded, with a line on standard error that tells each step."""
    with notes.status("Starting") as status:
        return await load(application, status.update)


def print_demo(demo: Demo) -> None:
    """Who is in each segment, three decisions with their reasons, and the lists of two profiles for a household."""
    print_counts(list(demo.counts))
    console.print(f"\nThree decisions, as of {iso(AS_OF)}:")
    for explanation in demo.decisions:
        console.print()
        print_decision(explanation)
    print_household(demo.lists)


def print_household(lists: HouseholdLists) -> None:
    """What it buys, and beside it what two profiles recommend."""
    bought = [f"{name_of(item_id, lists.items)} ({lines}x)" for item_id, lines in lists.bought_most]
    columns = {"bought most": bought}
    for each in lists.compared.lists:
        columns[each.profile_id] = names_in(each.ranking, lists.items)
    title = f"What household {lists.subject_id} bought most lately, and what two profiles recommend"
    console.print()
    print_side_by_side(title, columns)
    print_agreement(lists.compared)


def print_access(serving: Mapping[str, str]) -> None:
    """Where the demo is, its key, and a request to try."""
    console.print()
    announce(serving)
    console.print(f"Admin key: {serving['key']}", highlight=False, soft_wrap=True)
    example = _example(serving["address"], serving["key"])
    console.print(f"\nTry it:\n{example}", highlight=False, markup=False, soft_wrap=True)


def _example(address: str, key: str) -> str:
    body = """{"subject_id": "13", "at": "2018-01-01T05:00:00Z", "explain": true}"""
    return f"  curl -s {address}/api/v1/decide -H 'Authorization: Bearer {key}' -d '{body}'"
