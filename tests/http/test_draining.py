"""What a server that is asked to end takes in before it does."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

#: It is busy for a while with each request, so that the end comes while others wait to be read.
PROGRAM = """
import time
from tessella.http.listening import listen
from tessella.http.loop import run
from tessella.http.server import Serving, serve_app

async def app(scope, receive, send):
    time.sleep(0.02)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})

with listen(port=0) as listening:
    ready = Serving(lambda: print(listening.getsockname()[1], flush=True))
    run(serve_app(app, listening, ready))
"""
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.fixture
def port(server: subprocess.Popen[str]) -> int:
    assert server.stdout is not None
    return int(server.stdout.readline())


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def answer(client: socket.socket) -> bytes:
    """One answer; nothing when the server closes instead."""
    found = b""
    while not found.endswith(b"ok") and (piece := client.recv(4096)):
        found += piece
    return found


def is_answered(port: int) -> bool:
    """Whether a new client is."""
    try:
        with connect(port) as client:
            client.sendall(REQUEST)
            return answer(client) != b""
    except ConnectionError:
        return False


@contextmanager
def standing_still(server: subprocess.Popen[str]) -> Iterator[None]:
    """The server reads and accepts nothing, and hears no signal, until the block ends."""
    server.send_signal(signal.SIGSTOP)
    while psutil.Process(server.pid).status() != psutil.STATUS_STOPPED:
        pass
    yield
    server.send_signal(signal.SIGCONT)


def test_requests_that_were_written_before_the_signal_and_not_read_yet_are_answered(server, port):
    accepted = [connect(port) for _ in range(20)]
    for client in accepted:
        client.sendall(REQUEST)
        assert answer(client)
    with standing_still(server):
        waiting = [connect(port) for _ in range(20)]
        for client in (*accepted, *waiting):
            client.sendall(REQUEST)
        server.terminate()
    answers = [answer(client) for client in (*accepted, *waiting)]
    assert {each[:15] for each in answers} == {b"HTTP/1.1 200 OK"}
    assert server.wait(timeout=30) == 0


def test_a_connection_that_sends_nothing_is_closed_without_an_answer(server, port):
    with connect(port) as silent, connect(port) as kept:
        kept.sendall(REQUEST)
        assert answer(kept)
        server.terminate()
        assert (answer(silent), answer(kept)) == (b"", b"")
    assert server.wait(timeout=30) == 0


def test_clients_that_keep_coming_do_not_keep_a_server_from_ending(server, port):
    server.terminate()
    while is_answered(port):
        pass
    assert server.wait(timeout=30) == 0
