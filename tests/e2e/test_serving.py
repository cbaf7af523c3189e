"""`tessella serve` as processes: a supervisor that holds the socket, and workers that may be killed."""

import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.e2e.installation import Installation, Serving

_TOLD = re.compile(r'tessella_decisions_total\{namespace="served",segment_id="default"\} (\S+)')
_NOTHING = 'tessella_decisions_total{namespace="served",segment_id="default"} 0.0'


@pytest.fixture(scope="module")
def installation(database, installation_home: Path) -> Installation:
    return Installation(installation_home)


def new_key(installation: Installation, role: str) -> str:
    created = installation.run("keys", "create", "-n", "served", "--role", role, "--json").stdout
    return json.loads(created)["key"]


@pytest.fixture(scope="module")
def key(installation: Installation) -> str:
    return new_key(installation, "service")


@pytest.fixture(scope="module")
def monitor(installation: Installation) -> str:
    return new_key(installation, "monitor")


@pytest.fixture
def serving(installation: Installation) -> Iterator[Serving]:
    with installation.serving("serve", "--port", "0", "--workers", "2") as serving:
        yield serving


def workers(serving: Serving) -> list[psutil.Process]:
    return children(serving, "tessella.http.worker")


def both_workers(serving: Serving, *, but: psutil.Process | None = None) -> list[psutil.Process]:
    """Once they are there, and neither is one that was killed: the server is ready with the first of them."""
    found: list[psutil.Process] = []

    def are_there() -> bool:
        found[:] = workers(serving)
        return len(found) == 2 and but not in found

    wait_for(are_there)
    return found


def children(serving: Serving, module: str) -> list[psutil.Process]:
    """Those that run the module."""
    with suppress(psutil.NoSuchProcess):  # the supervisor has ended
        return [each for each in psutil.Process(serving.process.pid).children() if _runs(each, module)]
    return []


def _runs(process: psutil.Process, module: str) -> bool:
    try:
        return module in process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def wait_for(holds) -> None:
    """Until it holds; the test runner's patience is the limit."""
    for _ in range(1500):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to hold")


def is_alive(client: httpx.Client) -> bool:
    return client.get("/health/live", headers={"Connection": "close"}).status_code == 200


def test_a_killed_worker_refuses_nobody_and_is_replaced(serving):
    with httpx.Client(base_url=serving.says()["address"], timeout=30) as client:
        first, second = both_workers(serving)
        wait_for(lambda: is_alive(client))
        first.kill()
        assert all(is_alive(client) for _ in range(50))
        assert second in both_workers(serving, but=first)


def test_counters_are_those_of_all_workers_and_outlive_a_killed_one(serving, key, monitor):
    with httpx.Client(base_url=serving.says()["address"], timeout=30) as client:
        first, second = both_workers(serving)
        for each in (first, second):
            with paused(each):
                decide(client, key, times=10)
        for each in (first, second):
            wait_for(lambda each=each: decisions_told_without(each, client, monitor) == 20.0)
        first.kill()
        (other,) = {*both_workers(serving, but=first)} - {second}
        assert decisions_told_without(other, client, monitor) == 20.0
        assert decisions_told_without(second, client, monitor) == 20.0


@contextmanager
def paused(worker: psutil.Process) -> Iterator[None]:
    """Whatever is asked meanwhile, the other worker answers."""
    worker.suspend()
    try:
        yield
    finally:
        worker.resume()


def decide(client: httpx.Client, key: str, *, times: int) -> None:
    for _ in range(times):
        decided = client.post("/api/v1/decide", json={}, headers={**key_of(key), "Connection": "close"})
        assert decided.status_code == 200


def decisions_told_without(worker: psutil.Process, client: httpx.Client, monitor: str) -> float:
    """What the other worker says: its own, and those that this one has left for it."""
    headers = {**key_of(monitor), "Connection": "close"}
    with paused(worker):
        return float(_TOLD.search(client.get("/metrics", headers=headers).text + _NOTHING)[1])


def key_of(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_the_worker_of_jobs_is_replaced_too(serving):
    serving.says()
    wait_for(lambda: jobs_workers(serving))
    first = jobs_workers(serving)[0]
    first.kill()
    wait_for(lambda: any(each.pid != first.pid for each in jobs_workers(serving)))
    assert serving.terminate() == 0


def jobs_workers(serving: Serving) -> list[psutil.Process]:
    return children(serving, "tessella.cli.jobs_worker")


def test_with_one_worker_connections_wait_for_the_next_one(installation):
    with installation.serving("serve", "--port", "0", "--workers", "1") as serving:
        with httpx.Client(base_url=serving.says()["address"], timeout=30) as client:
            (only,) = workers(serving)
            only.kill()
            assert is_alive(client)
        assert [each.pid for each in workers(serving)] != [only.pid]
        assert serving.terminate() == 0


def test_workers_end_with_a_killed_supervisor_and_give_the_port_back(serving):
    address = httpx.URL(serving.says()["address"])
    left = workers(serving)
    serving.process.kill()
    psutil.wait_procs(left, timeout=30)
    assert not any(each.is_running() for each in left)
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind((address.host, address.port))


@pytest.fixture
def half_sent(serving, key) -> Iterator[socket.socket]:
    """A connection whose request lacks the last byte of its body."""
    address = httpx.URL(serving.says()["address"])
    with socket.create_connection((address.host, address.port), timeout=30) as client:
        head = f"POST /api/v1/decide HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: 2"
        client.sendall(f"{head}\r\n\r\n{{".encode())
        wait_for(lambda: any(len(each.net_connections("tcp")) > 1 for each in workers(serving)))
        yield client


def test_a_request_that_is_being_answered_is_finished_before_the_end(serving, half_sent):
    serving.process.terminate()
    wait_for(lambda: not any(_listens(each) for each in workers(serving)))
    half_sent.sendall(b"}")
    assert half_sent.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert serving.process.wait(timeout=30) == 0


@pytest.mark.usefixtures("half_sent")
def test_a_second_signal_does_not_wait_for_a_request_that_is_being_answered(serving):
    serving.process.send_signal(signal.SIGINT)
    wait_for(lambda: not any(_listens(each) for each in workers(serving)))
    assert serving.process.poll() is None
    serving.process.send_signal(signal.SIGINT)
    assert serving.process.wait(timeout=30) == 0


def _listens(worker: psutil.Process) -> bool:
    try:
        return any(each.status == psutil.CONN_LISTEN for each in worker.net_connections("tcp"))
    except psutil.NoSuchProcess:
        return False


def test_a_worker_that_cannot_start_ends_the_server_with_its_reason(installation, monkeypatch):
    monkeypatch.setattr(Installation, "environment", _with_a_bad_knob(Installation.environment))
    with installation.serving("serve", "--port", "0") as serving:
        out, err = serving.process.communicate(timeout=60)
    assert serving.process.returncode == 1
    assert "does not start" in out
    assert "TESSELLA_KNOB_ALPHA: alpha must be a number from 0.0 to 10.0, not" in out
    assert "Traceback" not in err


def _with_a_bad_knob(environment):
    return lambda self: environment(self) | {"TESSELLA_KNOB_ALPHA": "much"}
