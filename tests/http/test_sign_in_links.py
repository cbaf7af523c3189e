"""One-time links: each signs one browser in, in whichever worker, and not for long."""

import asyncio
import logging
from pathlib import Path

import httpx
import psycopg
import pytest
import structlog

from tessella.bootstrap import Application
from tessella.demo.key import demo_keys
from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.identity.sign_ins import DEMO_LINK_SECONDS, LINK_SECONDS, SECOND_US
from tessella.http.session_cookie import COOKIE
from tessella.logs import log_to_stderr
from tessella.ports.clock import present
from tessella.settings import Settings
from tessella.storage.store import Storage
from tests.database import Dsns
from tests.http.sessions import SESSION, begin, browser, refused

pytestmark = pytest.mark.anyio


@pytest.fixture
def link(storage: Storage, key: str) -> str:
    return storage.sign_ins.link(key, present(), LINK_SECONDS)


async def test_a_link_signs_in_once_whichever_worker_it_comes_to(storage, tmp_path, key, link) -> None:
    async with browser(storage, tmp_path) as client, browser(storage, tmp_path) as worker:
        told = (await client.post(SESSION, json={"link": link})).json()
        assert (told["role"], (await client.get(SESSION)).json()) == ("admin", told)
        for each in (client, worker):
            hint = refused(await each.post(SESSION, json={"link": link}), 401, "link-used")
            assert "tessella keys link" in hint
        assert not worker.cookies
        assert (await client.get(SESSION)).json() == told
        assert link not in str(told)
        assert key not in str(told)


async def test_of_those_who_open_a_link_at_once_one_is_in(client: httpx.AsyncClient, link: str) -> None:
    answers = await asyncio.gather(*(client.post(SESSION, json={"link": link}) for _ in range(6)))
    assert sorted(each.status_code for each in answers) == [200, *[401] * 5]


async def test_that_a_link_was_used_is_known_for_as_long_as_it_would_work(
    client: httpx.AsyncClient, storage: Storage, database: Dsns, namespace: Namespace, key: str
) -> None:
    link = storage.sign_ins.link(key, present(), DEMO_LINK_SECONDS)
    assert (await client.post(SESSION, json={"link": link})).status_code == 200
    with psycopg.connect(database.superuser) as connection:
        counted_from = "SELECT taken_at - now() FROM tessella.signed_requests WHERE namespace = %s"
        row = connection.execute(counted_from, [namespace]).fetchone()
    assert row is not None
    assert row[0].total_seconds() > DEMO_LINK_SECONDS - 60


async def test_a_late_link_says_so_and_how_to_get_another(client: httpx.AsyncClient, storage, key) -> None:
    late = storage.sign_ins.link(key, Instant(present() - 601 * SECOND_US), LINK_SECONDS)
    answer = await client.post(SESSION, json={"link": late})
    assert "tessella keys link" in refused(answer, 401, "link-ended")
    assert "sign-in link ended at 20" in answer.json()["detail"]


async def test_what_is_no_link_signs_nobody_in(client: httpx.AsyncClient, key: str, link: str) -> None:
    await begin(client, key)
    cookie = client.cookies[COOKIE]
    client.cookies.clear()
    for text in (link[:-1], link[:20], link[5:], f"{link}x", "hello", "ключ", key, cookie, f"tlnk_{cookie[5:]}"):
        answer = await client.post(SESSION, json={"link": text})
        assert "Copy the whole link" in refused(answer, 401, "link-unknown"), text
        assert not client.cookies
    for text in (link, f"tses_{link[5:]}"):
        answer = await client.get(SESSION, headers={"Cookie": f"{COOKIE}={text}"})
        refused(answer, 401, "session-unknown")
    assert (await client.post(SESSION, json={"link": f" {link}\n"})).status_code == 200


async def test_each_start_of_the_demo_has_a_link_of_its_own_for_its_administrator(storage, tmp_path) -> None:
    application = Application(Settings(home=tmp_path), storage)
    for _ in range(2):
        keys = await demo_keys(application)
        async with browser(storage, tmp_path) as client:
            told = (await client.post(SESSION, json={"link": keys.link_code})).json()
            assert (told["namespace"], told["role"]) == ("demo", "admin")
            refused(await client.post(SESSION, json={"link": keys.link_code}), 401, "link-used")


async def test_a_link_of_a_key_that_was_taken_back_signs_nobody_in(
    client: httpx.AsyncClient, storage: Storage, namespace: Namespace, key: str, link: str
) -> None:
    await storage.administration.revoke_key(namespace, key.split(".")[1])
    refused(await client.post(SESSION, json={"link": link}), 401, "invalid-key")


async def test_the_log_says_nothing_of_cookies_and_links(
    storage: Storage, tmp_path: Path, key: str, link: str, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers, level = logging.root.handlers[:], logging.root.level
    log_to_stderr("debug")
    try:
        async with browser(storage, tmp_path, access_log="all") as client:
            token = (await client.post(SESSION, json={"link": link})).json()["csrf_token"]
            cookie = client.cookies[COOKIE]
            for body in (
                {"link": link},
                {"link": f"{link}x"},
                {"credential": cookie},
                {"credential": key, "link": link},
            ):
                await client.post(SESSION, json=body)
            await client.get(SESSION, headers={"X-Request-Id": link[:60]})
            await client.post("/api/v1/decide", json={}, headers={"X-CSRF-Token": token})
            client.cookies.set(COOKIE, f"{cookie}x", domain="test", path="/")
            await client.get("/api/v1/segments")
    finally:
        structlog.reset_defaults()
        logging.root.handlers[:] = handlers
        logging.root.setLevel(level)
    said = capsys.readouterr().err
    assert said.count('"route": "/api/v1/session"') == 6
    for secret in (cookie[:40], link[:40], token, key):
        assert secret not in said
