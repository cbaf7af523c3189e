"""A database that hangs: every kind of request is answered all the same, and slow work is no hang.

psycopg alone would wait for more than ten seconds here. How long each takes is measured by `make faults`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller
from tessella.storage.scope import scope_of
from tests.database import Dsns, until
from tests.http.definitions import add_vip, define_vip
from tests.http.served import Served, served_over_link

pytestmark = pytest.mark.anyio

EVENT = {"event_id": "e", "subject_id": "h1", "event_type": "buy", "occurred_at": "2026-01-01T00:00:00Z"}
UNKNOWN_KEY = {"Authorization": f"Bearer tess_nobody.{'0' * 12}.{'A' * 43}"}

Send = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]

#: What is answered while nobody answers us.
KINDS: dict[str, tuple[Send, int]] = {
    "a subject that is known": (lambda c: c.post("/api/v1/decide", json={"subject_id": "h1"}), 200),
    "a subject that is not": (lambda c: c.post("/api/v1/decide", json={"subject_id": "h2"}), 200),
    "many subjects": (
        lambda c: c.post("/api/v1/decide/batch", json={"requests": [{"subject_id": f"b{n}"} for n in range(600)]}), 200,
    ),
    "a key that is not known": (
        lambda c: c.post("/api/v1/decide", json={"subject_id": "h1"}, headers=UNKNOWN_KEY), 503,
    ),
    "definitions": (lambda c: c.get("/api/v1/segments"), 503),
    "a publish": (lambda c: c.put("/api/v1/profiles/novelty", json={"profile_id": "novelty", "alpha": 1}), 503),
    "the audit": (lambda c: c.get("/api/v1/audit"), 503),
    "events": (lambda c: c.post("/api/v1/events", json=[EVENT]), 503),
    "facts": (
        lambda c: c.post("/api/v1/facts", json={"facts": [{"subject_id": "h1", "values": {"user.tier": "VIP"}}]}), 503,
    ),
    "a subject's settings": (lambda c: c.get("/api/v1/subjects/h1"), 503),
    "health": (lambda c: c.get("/health"), 200),
    "readiness": (lambda c: c.get("/health/ready"), 200),
    "metrics": (lambda c: c.get("/metrics"), 200),
}  # fmt: skip


async def answers(served: Served) -> dict[str, int]:
    sent = [send(served.client) for send, _ in KINDS.values()]
    return dict(zip(KINDS, [response.status_code for response in await asyncio.gather(*sent)], strict=True))


async def test_every_kind_of_request_is_answered_while_the_database_hangs(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with served_over_link(database, namespace, tmp_path) as served:
        await define_vip(served.client)
        await add_vip(served.client)
        await served.client.post("/api/v1/decide", json={"subject_id": "h1"})
        expected = {kind: status for kind, (_, status) in KINDS.items()}
        served.link.hang()
        assert await answers(served) == expected  # nobody has noticed yet
        assert not served.storage.health().database_is_up
        assert await answers(served) == expected
        await served.link.mend()
        await until(lambda: served.storage.health().database_is_up, "the database was back")
        assert (await served.client.get("/api/v1/segments")).status_code == 200
        assert (await served.client.post("/api/v1/events", json=[EVENT])).status_code == 202


async def test_a_slow_statement_is_waited_for_while_the_database_lives(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with served_over_link(database, namespace, tmp_path) as served:
        scope = scope_of(Caller(namespace, Role.ADMIN))
        async with served.storage._database.administering(scope) as connection:
            found = await (await connection.execute("SELECT 7 FROM pg_sleep(2.5)")).fetchone()
        assert found == (7,)
        assert served.storage.health().database_is_up


async def test_slow_administration_keeps_nobody_else_from_the_database(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with served_over_link(database, namespace, tmp_path, database_admin_connections=2) as served:
        await define_vip(served.client)
        await add_vip(served.client)
        slow = [asyncio.create_task(sleeping(served, namespace)) for _ in range(4)]
        await until(lambda: busy(served) == 2, "every connection for administration was busy")

        key = await served.storage.administration.create_key(namespace, Role.ADMIN)
        decided = await served.client.post(
            "/api/v1/decide", json={"subject_id": "h1"}, headers={"Authorization": f"Bearer {key}"}
        )
        stored = await served.client.post("/api/v1/events", json=[EVENT])
        health = (await served.client.get("/health")).json()
        refused = await served.client.get("/api/v1/segments")
        for each in slow:
            each.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    assert (decided.status_code, decided.json()["segment_id"]) == (200, "vip")
    assert "stale" not in [reason["code"] for reason in decided.json()["reasons"]]
    assert (stored.status_code, health["database_is_up"], refused.status_code) == (202, True, 503)


async def sleeping(served: Served, namespace: Namespace) -> None:
    async with served.storage._database.administering(scope_of(Caller(namespace, Role.ADMIN))) as connection:
        await (await connection.execute("SELECT pg_sleep(5)")).fetchone()


def busy(served: Served) -> int:
    stats = served.storage._database._admin_pool.get_stats()
    return int(stats["pool_size"]) - int(stats["pool_available"])
