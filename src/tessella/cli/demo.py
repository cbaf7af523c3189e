"""`tessella demo`: real households, matched to segments."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

import typer

from tessella.bootstrap import running_on
from tessella.cli.decide import print_decision
from tessella.cli.definitions import print_counts
from tessella.cli.output import AsJson, answer, console, notes
from tessella.cli.serve import Host, Port, ServeOptions, Workers, announce, started
from tessella.demo.key import demo_key
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
        with notes.status("Starting") as status:
            demo = await load(application, status.update)
        answer(demo, as_json=as_json, show=print_demo)
        return await demo_key(application)


def print_demo(demo: Demo) -> None:
    """Who is in each segment, and three decisions with their reasons."""
    print_counts(list(demo.counts))
    console.print(f"\nThree decisions, as of {iso(AS_OF)}:")
    for explanation in demo.decisions:
        console.print()
        print_decision(explanation)


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
