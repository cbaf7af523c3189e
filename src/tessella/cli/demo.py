"""`tessella demo`: real households, matched to segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from tessella.bootstrap import Application, running
from tessella.cli.decide import print_decision
from tessella.cli.definitions import print_counts
from tessella.cli.output import AsJson, answer, console, log_to_stderr, notes
from tessella.cli.serve import Host, Port, address_of, announce, listening
from tessella.demo.load import AS_OF, DEMO, Demo, load
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Role
from tessella.http.listening import DEFAULT_HOST, DEFAULT_PORT
from tessella.settings import read_settings

LoadOnly = Annotated[bool, typer.Option("--load-only", help="Load the data and show it, without serving.")]


def demo(
    load_only: LoadOnly = False, host: Host = DEFAULT_HOST, port: Port = DEFAULT_PORT, as_json: AsJson = False
) -> None:
    """Load 2,469 real households into the namespace "demo", show who is in which segment, and serve."""
    from tessella.http.server import run  # loads FastAPI and uvicorn, 0.2 s

    log_to_stderr("info")
    settings = read_settings().model_copy(update={"metrics_open_on_loopback": True})

    async def act() -> None:
        async with running(settings) as application:
            answer(await loaded(application), as_json=as_json, show=print_demo)
            if not load_only:
                await serve_demo(application, host, port, as_json=as_json)

    run(act())


async def loaded(application: Application) -> Demo:
    """Load, and say what is being done."""
    with notes.status("Starting") as status:
        return await load(application, status.update)


def print_demo(demo: Demo) -> None:
    """Who is in each segment, and three decisions with their reasons."""
    print_counts(list(demo.counts))
    console.print(f"\nThree decisions, as of {iso(AS_OF)}:")
    for explanation in demo.decisions:
        console.print()
        print_decision(explanation)


async def serve_demo(application: Application, host: str, port: int, *, as_json: bool) -> None:
    """Serve, with a key to try."""
    from tessella.http.server import serve as serve_http

    key = await application.create_key(DEMO, Role.ADMIN, "demo")
    with listening(host, port) as held:
        answer({"address": address_of(held), "key": key}, as_json=as_json, show=print_access)
        await serve_http(application, held)


def print_access(serving: Mapping[str, str]) -> None:
    """Where the demo is, its key, and a request to try."""
    console.print()
    announce(serving)
    console.print(f"Admin key of this start: {serving['key']}", highlight=False, soft_wrap=True)
    example = _example(serving["address"], serving["key"])
    console.print(f"\nTry it:\n{example}", highlight=False, markup=False, soft_wrap=True)


def _example(address: str, key: str) -> str:
    body = """{"subject_id": "13", "at": "2018-01-01T05:00:00Z", "explain": true}"""
    return f"  curl -s {address}/api/v1/decide -H 'Authorization: Bearer {key}' -d '{body}'"
