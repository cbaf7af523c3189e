"""What a load balancer and an operator are told: alive, ready, degraded and why."""

import errno
from pathlib import Path

import httpx
import pytest

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Namespace
from tessella.storage.disk import shelf
from tests.database import Dsns, define, link_to, session_of, storage_with, until
from tests.http.served import client_of, served_over_link

pytestmark = pytest.mark.anyio


async def test_a_server_whose_parts_are_well_is_ready_and_says_what_it_decides_from(
    admin: httpx.AsyncClient, namespace: Namespace
) -> None:
    assert (await admin.get("/health/live")).json() == {"status": "alive"}
    assert (await admin.get("/health/ready")).json() == {"status": "ready", "reasons": [], "failures": {}}
    told = (await admin.get("/health")).json()
    assert (told["status"], told["database_is_up"]) == ("ok", True)
    assert (told["snapshots"][namespace]["version"], told["snapshots"][namespace]["source"]) == (0, "live")
    assert told["snapshots"][namespace]["age_seconds"] >= 0
    assert told["queues"] == {"rows": 0, "bytes": 0, "oldest_seconds": 0.0, "audit_rows": 0}


async def test_without_its_database_a_server_is_ready_and_degraded(
    database: Dsns, namespace: Namespace, tmp_path: Path
) -> None:
    async with served_over_link(database, namespace, tmp_path) as served:
        await served.link.cut()
        await until(lambda: not served.storage.health().database_is_up, "the loss was noticed")
        ready = await served.client.get("/health/ready")
        told = (await served.client.get("/health")).json()
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert [reason.partition(":")[0] for reason in ready.json()["reasons"]] == ["The database is away"]
    assert (told["status"], told["database_is_up"]) == ("degraded", False)
    assert told["snapshots"][namespace]["source"] == "live"


async def test_started_with_neither_database_nor_kept_snapshots_a_server_is_alive_but_not_ready(
    database: Dsns, tmp_path: Path
) -> None:
    async with link_to(database.app, tmp_path) as link:
        await link.cut()
        async with (
            storage_with(link.dsn, tmp_path / "home") as storage,
            client_of(storage, tmp_path / "home", "none") as client,
        ):
            ready = await client.get("/health/ready")
            live = await client.get("/health/live")
    assert (ready.status_code, ready.headers["retry-after"], ready.json()["status"]) == (503, "1", "starting")
    assert live.status_code == 200


@pytest.mark.parametrize("broken", [
    {"rules": [{"rule_id": "r", "expr": {"no_such_operator": ["user.tier", 1]}}]},
    {"rules": [{"rule_id": "r", "expr": {"gte": ["user.tier", "two"]}}]},
    {"profile_id": "nowhere"},
    {"priority": "first"},
])  # fmt: skip
async def test_a_definition_that_no_check_has_seen_degrades_its_namespace_and_no_other(
    database: Dsns, namespace: Namespace, tmp_path: Path, broken: dict[str, object]
) -> None:
    other = Namespace(f"{namespace}-other")
    async with served_over_link(database, namespace, tmp_path) as served:
        await served.storage.administration.create_namespace(other)
        here, there = [await session_of(served.storage, each) for each in (namespace, other)]
        await define(here, Kind.SEGMENT, "good", segment_id="good")
        await define(here, Kind.SEGMENT, "bad", segment_id="bad", **broken)
        await define(there, Kind.SEGMENT, "new", segment_id="new")
        ready = (await served.client.get("/health/ready")).json()
        told = (await served.client.get("/health")).json()["snapshots"]
        assert (ready["status"], list(ready["failures"])) == ("degraded", [namespace])
        assert (told[namespace]["version"], told[other]["version"]) == (1, 1)
        assert (await served.client.post("/api/v1/decide", json={"subject_id": "ann"})).status_code == 200

        await define(here, Kind.SEGMENT, "bad", segment_id="bad")
        assert (await served.client.get("/health/ready")).json()["status"] == "ready"


async def test_a_disk_that_is_full_degrades_and_decisions_go_on(
    database: Dsns, namespace: Namespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served_over_link(database, namespace, tmp_path) as served:

        def no_space(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(shelf, "replacing", no_space)
        await define(await session_of(served.storage, namespace), Kind.SEGMENT, "vip", segment_id="vip")
        await until(lambda: served.storage.health().kept.failure != "", "the write failed")
        ready = (await served.client.get("/health/ready")).json()
        assert (ready["status"], ready["reasons"]) == (
            "degraded", ["Snapshots cannot be kept on the disk. The log says why."]
        )  # fmt: skip
        assert (await served.client.post("/api/v1/decide", json={"subject_id": "ann"})).status_code == 200
