"""Rankings over HTTP: made for a subject who asks first, and served again; a client that waits for each answer."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure, Goal
from benchmarks.http_cost import Server, server_of
from benchmarks.http_load import Measured
from benchmarks.http_server import NAMESPACE
from benchmarks.personalization_workload import HOROSCOPES, NOTIFICATIONS, body, define, store_signs, vector_of
from tessella.bootstrap import running
from tessella.domain.identifiers import Role, ScopeId
from tessella.ports import Caller
from tessella.settings import Settings

SUBJECTS: Final = 4_000
_PATH: Final = "/personalization/recommend"


def figures() -> Iterator[Figure]:
    """The p50 of a ranking of each of two scopes, for every subject once, and then once more."""
    with tempfile.TemporaryDirectory(prefix="tess-", dir="/tmp") as folder:
        home = Path(folder) / "home"
        asyncio.run(_prepare(home))
        with server_of(home) as server:
            echo = server.measure(replace(server.echo(), connections=1, count=SUBJECTS)).p50_ms
            for scope in (HOROSCOPES, NOTIFICATIONS):
                made, cached = _measured(server, scope), _measured(server, scope)
                name = f"personalization: HTTP, a ranking of {scope}"
                yield Figure(f"{name} that is made, p50", made.p50_ms, "ms", "JSON echo", echo, Goal("value", "<=", 8))
                yield Figure(f"{name} that is made, p99", made.p99_ms, "ms")
                yield Figure(
                    f"{name} that was kept, p50", cached.p50_ms, "ms", "JSON echo", echo, Goal("value", "<=", 2)
                )
                yield Figure(f"{name} that was kept, p99", cached.p99_ms, "ms")


def _measured(server: Server, scope: ScopeId) -> Measured:
    """One connection."""
    load = replace(server.load(_PATH, SUBJECTS, "content"), connections=1, content=body(scope))
    found = server.measure(load)
    if found.failures:
        raise SystemExit(f"{found.failures} of {SUBJECTS} requests were refused")
    return found


async def _prepare(home: Path) -> None:
    async with running(Settings(home=home)) as application:
        await application.administration.create_namespace(NAMESPACE)
        async with application.session(Caller(NAMESPACE, Role.ADMIN)) as session:
            await define(session)
            await store_signs(session, SUBJECTS)
            now = session.now()
            for first in range(0, SUBJECTS, 500):
                await session.replace_vectors([vector_of(each, now) for each in range(first, first + 500)])
