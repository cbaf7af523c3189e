"""`tessella demo`: real households, matched to segments."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import fields
from typing import Annotated, Any, Final

import typer

from tessella.bootstrap import Application, running_on
from tessella.cli.compare import print_agreement
from tessella.cli.decide import print_decision
from tessella.cli.definitions import print_counts
from tessella.cli.demo_audiences import print_audiences
from tessella.cli.demo_experiments import print_experiment
from tessella.cli.demo_jobs import follow_jobs
from tessella.cli.demo_taxonomy import print_store, store_told
from tessella.cli.keys import entrance
from tessella.cli.lists import distinct_names, names_in, print_side_by_side
from tessella.cli.model_summary import print_summary
from tessella.cli.output import AsJson, answer, console, say, steps
from tessella.cli.serve import Host, Port, ServeOptions, Workers, announce, started
from tessella.demo.experiments import BANNER
from tessella.demo.key import DemoKeys, demo_keys
from tessella.demo.lists import HOUSEHOLD, PROFILES, HouseholdLists
from tessella.demo.load import AS_OF, Demo, load, load_wholly
from tessella.demo.personalization import HOROSCOPES
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import typed_instant
from tessella.http.listening import DEFAULT_HOST
from tessella.logs import log_to_stderr
from tessella.settings import Settings, read_settings
from tessella.storage.installation.serving import serving_database

_NO_LISTS: Final = (
    "Recommendations come in about half a minute: the server builds the ranking index first. "
    "`tessella jobs list` tells how far it is."
)

#: Either way to load.
Load = Callable[[Application, Callable[[str], None]], Awaitable[Demo]]
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
            asyncio.run(loaded(database.dsn, settings, load_wholly, as_json=as_json))
        return
    options = ServeOptions(settings, host, port, workers, {"TESSELLA_METRICS_OPEN_ON_LOOPBACK": "true"})
    with started(options) as server:  # the workers start while the data are looked at
        keys = asyncio.run(loaded(server.database.dsn, settings, load, as_json=as_json))

        def ready() -> None:
            link = entrance(server.address, keys.link_code)
            access = {"address": server.address, "key": keys.admin, "client_key": keys.client, "link": link}
            answer(access, as_json=as_json, show=print_access)
            if not as_json:
                follow_jobs(server.database.dsn, settings)

        server.supervisor.run(ready)


async def loaded(dsn: str, settings: Settings, how: Load, *, as_json: bool) -> DemoKeys:
    """Load and show the data."""
    async with running_on(dsn, settings) as application:
        with steps("Starting") as report:
            demo = await how(application, report)
        answer(told(demo), as_json=as_json, show=lambda _: print_demo(demo))
        return await demo_keys(application)


def told(demo: Demo) -> Mapping[str, Any]:
    """The same as JSON; the taxonomy as HTTP answers it."""
    store = None if demo.store is None else store_told(demo.store)
    return {each.name: getattr(demo, each.name) for each in fields(demo)} | {"store": store}


def print_demo(demo: Demo) -> None:
    """Who is in each segment, in both ways; three decisions with reasons; two lists; cards of models; the taxonomy."""
    print_counts(list(demo.counts))
    print_audiences(demo.audiences)
    if demo.experiment is not None:
        print_experiment(demo.experiment)
    console.print(f"\nThree decisions, as of {iso(AS_OF)}:")
    for explanation in demo.decisions:
        console.print()
        print_decision(explanation)
    if demo.lists is None:
        console.print(f"\n{_NO_LISTS}", highlight=False, soft_wrap=True)
    else:
        print_household(demo.lists)
    for each in demo.models:
        print_summary(each)
    if demo.store is not None:
        print_store(store_told(demo.store))


def print_household(lists: HouseholdLists) -> None:
    """What it buys, and beside it what two profiles recommend."""
    names = distinct_names(lists.items)
    bought = [f"{lines}x {names.get(item_id, item_id)}" for item_id, lines in lists.bought_most]
    columns = {"bought most": bought}
    for each in lists.compared.lists:
        columns[each.profile_id] = names_in(each.ranking, names)
    title = f"What household {lists.subject_id} bought most lately, and what two profiles recommend"
    console.print()
    print_side_by_side(title, columns)
    print_agreement(lists.compared)


def print_access(serving: Mapping[str, str]) -> None:
    """Where the demo is, the way into its admin app, its keys, and what to try."""
    console.print()
    announce(serving)
    say(f"Open the admin app, once and within an hour: {serving['link']}")
    console.print(f"Admin key: {serving['key']}", highlight=False, soft_wrap=True)
    console.print(f"Key of household {HOUSEHOLD}: {serving['client_key']}", highlight=False, soft_wrap=True)
    told = "\n".join(f"  {each}" for each in _examples(serving["address"], serving["key"], serving["client_key"]))
    say(f"\nTry it:\n{told}")


def _examples(address: str, key: str, client_key: str) -> Iterator[str]:
    """Three requests over HTTP, one of a household itself; an experiment and two profiles in another terminal."""
    at = typed_instant(AS_OF)
    body = f"""{{"subject_id": "{HOUSEHOLD}", "at": "{at}", "explain": true}}"""
    yield f"curl -s {address}/api/v1/decide -H 'Authorization: Bearer {key}' -d '{body}'"
    asked = (
        f"""{address}/api/loyalty/v1/segments/3/ml/predict/ -H 'Authorization: Bearer {key}' -d '{{"type": "churn"}}'"""
    )
    yield f"curl -s {asked}"
    scope = f"""{{"scope": "{HOROSCOPES}", "limit": 10}}"""
    yield f"curl -s {address}/personalization/recommend -H 'Authorization: Bearer {client_key}' -d '{scope}'"
    profiles = " ".join(f"--profile {each}" for each in PROFILES)
    yield f"{_command()} experiments results {BANNER}"
    yield f"{_command()} recommend --subject {HOUSEHOLD} --at {at} {profiles}"


def _command() -> str:
    """As it can be typed: the environment need not be on the path."""
    return "tessella" if shutil.which("tessella") else os.path.relpath(sys.argv[0])
