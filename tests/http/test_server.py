"""A real server on loopback: what only a socket shows."""

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.listening import DEFAULT_PORT, listen

pytestmark = pytest.mark.anyio


PROGRAM = """
import sys
from pathlib import Path
from tessella.bootstrap import running
from tessella.http.listening import listen
from tessella.http.loop import run
from tessella.http.server import serve
from tessella.settings import Settings

async def main():
    async with running(Settings(home=Path(sys.argv[1]))) as application:
        with listen(port=0) as listening:
            print(listening.getsockname()[1], flush=True)
            await serve(application, listening)

run(main())
"""


async def exchange(port: int, *pieces: bytes) -> tuple[int, bytes]:
    """Send pieces until the server answers; status and body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    body = await reader.readexactly(length)
    writer.close()
    return int(head.split()[1]), body


async def test_a_chunked_body_is_read_and_capped_without_its_length(
    port: int, application: Application, namespace: Namespace
) -> None:
    key = await application.administration.create_key(namespace, Role.ADMIN)
    head = (
        f"POST /api/v1/decide HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    small = await exchange(port, head, b'5\r\n{"at"\r\n', b"7\r\n:null} \r\n", b"0\r\n\r\n")
    assert small[0] == 200
    chunk = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    large = await exchange(port, head, *[chunk] * 5)
    assert large[0] == 413
    assert b"application/problem+json" not in large[1]
    assert b"65536 bytes" in large[1]


async def test_a_client_that_sends_5_mb_before_it_reads_is_told_that_it_is_too_much(
    port: int, application: Application, namespace: Namespace
) -> None:
    key = await application.administration.create_key(namespace, Role.ADMIN)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        headers = {"Authorization": f"Bearer {key}"}
        answer = await client.post("/api/v1/decide", content=b"x" * 5_000_000, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:tessella:body-too-large"


def test_without_a_wish_the_next_free_port_is_taken() -> None:
    with listen() as first, listen() as second:
        (first_host, first_port), (second_host, second_port) = first.getsockname(), second.getsockname()
    assert {first_host, second_host} == {"127.0.0.1"}
    assert first_port != second_port
    assert DEFAULT_PORT <= min(first_port, second_port) <= max(first_port, second_port) < DEFAULT_PORT + 100


def test_a_port_that_was_asked_for_and_is_busy_is_refused() -> None:
    with listen() as first, pytest.raises(OSError, match="in use"):
        listen(port=first.getsockname()[1])


@pytest.mark.usefixtures("database")
def test_sigterm_ends_the_server_when_what_it_answers_is_answered(installation_home: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(installation_home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        assert asyncio.run(_alive(port)) == 200
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        pass


async def _alive(port: int) -> int:
    while True:
        try:
            return (await exchange(port, b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"))[0]
        except OSError:  # it has printed its port, and accepts in a moment
            await asyncio.sleep(0.05)
