"""Clients that send half a request and wait."""

import asyncio

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.listening import listen
from tessella.http.protocol import MOST_HEAD_BYTES
from tessella.http.server import serve
from tessella.processes import allow_many_files
from tessella.settings import Settings

pytestmark = pytest.mark.anyio

HEAD = b"POST /api/v1/decide HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
async def key(application: Application, namespace: Namespace) -> str:
    return await application.administration.create_key(namespace, Role.SERVICE)


async def answer_to(port: int, *pieces: bytes, every: float = 0.0) -> bytes:
    """All that the server says to the pieces, until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(every)
    found = await reader.read()
    writer.close()
    return found


async def test_what_stalls_is_given_up_and_what_keeps_coming_is_waited_for(port, key):
    """At once, as each takes five seconds: half a head, half a body, nothing at all, and a body letter by letter."""
    body = f"Authorization: Bearer {key}\r\nConnection: close\r\nContent-Length: ".encode()
    head, half, silent, slow = await asyncio.gather(
        answer_to(port, HEAD),
        answer_to(port, HEAD + body + b"3\r\n\r\n{}"),
        answer_to(port),
        answer_to(port, HEAD + body + b"16\r\n\r\n", b"{", *[b" "] * 14, b"}", every=0.4),
    )
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"urn:tessella:request-stalled" in head
    assert half.startswith(b"HTTP/1.1 408 ")
    assert half.count(b"HTTP/1.1") == 1
    assert silent == b""
    assert slow.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("piece", [1000, 3 * MOST_HEAD_BYTES], ids=["in pieces", "at once"])
async def test_a_head_that_is_too_large_is_refused(port, piece):
    line = b"X-Padding: " + b"x" * (piece - 13) + b"\r\n"
    found = await answer_to(port, HEAD, *[line] * (1 + MOST_HEAD_BYTES // piece))
    assert found.startswith(b"HTTP/1.1 431 ")
    assert b"content-security-policy: default-src 'none'" in found


async def test_500_half_sent_requests_keep_nobody_waiting_and_all_but_20_are_soon_cut(port, key, application):
    allow_many_files()  # the server is in this process too
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(500)]
    for _, writer in opened:
        writer.write(HEAD)
    ends = [asyncio.create_task(reader.read()) for reader, _ in opened]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        headers = {"Authorization": f"Bearer {key}"}
        statuses, left = set(), []
        while not left or left[-1] > application.settings.half_open_per_peer:
            statuses.add((await client.post("/api/v1/decide", json={}, headers=headers)).status_code)
            left.append(sum(not end.done() for end in ends))
    assert statuses == {200}
    assert left[0] == 500
    assert left[-1] == application.settings.half_open_per_peer
    assert {end.result()[:13] for end in ends if end.done()} == {b"HTTP/1.1 408 "}
    for _, writer in opened:
        writer.close()


async def test_a_crowd_that_sends_whole_requests_is_not_cut(port, key):
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        headers = {"Authorization": f"Bearer {key}"}
        found = await asyncio.gather(*(client.post("/api/v1/decide", json={}, headers=headers) for _ in range(200)))
    assert {each.status_code for each in found} == {200}


async def test_behind_a_proxy_any_number_may_be_half_sent(storage, tmp_path):
    application = Application(Settings(home=tmp_path / "home", half_open_per_peer=0), storage)
    with listen() as listening:
        task = asyncio.create_task(serve(application, listening))
        opened = [await asyncio.open_connection(*listening.getsockname()) for _ in range(30)]
        await asyncio.sleep(2.5)
        assert not any(reader.at_eof() for reader, _ in opened)
        task.cancel()
        await asyncio.wait([task])
