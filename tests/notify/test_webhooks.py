"""The way to webhooks, to real servers on loopback: where it leads, and what it makes of every kind of receiver."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from tessella.domain.errors import AddressRefused, ReceiverAway, ReceiverRefused
from tessella.domain.notices.urls import Reach
from tessella.notify.webhooks import HttpWebhooks
from tests.certificates import client_context, server_context
from tests.receivers import OK, receiver

pytestmark = pytest.mark.anyio

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
BODY = b'{"event":"alert.raised"}'


def known(*addresses: str) -> tuple[Callable[[str, int], Awaitable[Sequence[str]]], list[str]]:
    """A name server that answers so the first time, and what it was asked. Asked again it names another machine."""
    asked: list[str] = []

    async def resolve(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return addresses if len(asked) == 1 else ["127.0.0.1"]

    return resolve, asked


@asynccontextmanager
async def serving(serve: Serve, **options: object) -> AsyncIterator[int]:
    """A server that does anything; gives its port."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except OSError:  # the sender has gone
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, options.pop("host", "127.0.0.1"), 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def sender(**options: object) -> HttpWebhooks:
    return HttpWebhooks(Reach.ANYWHERE, **{"timeout_seconds": 5.0, **options})


async def test_a_message_arrives_whole_with_its_headers():
    async with receiver() as hook:
        await sender().send(hook.url, {"Tessella-Event": "alert.raised"}, BODY)
        (got,) = hook.received
    assert (got.body, got.headers["tessella-event"], got.headers["user-agent"]) == (BODY, "alert.raised", "tessella")
    assert got.headers["host"] == f"127.0.0.1:{hook.port}"


@pytest.mark.parametrize("status", ["301", "302", "303", "307", "308"])
async def test_a_redirect_is_a_refusal_and_is_not_followed(status):
    async with receiver() as other:
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: {other.url}\r\nContent-Length: 0\r\n\r\n".encode()
        async with receiver(lambda: moved) as hook:
            with pytest.raises(ReceiverRefused, match=status):
                await sender().send(hook.url, {}, BODY)
        assert (other.connections, len(hook.received)) == (0, 1)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "::127.0.0.1", "fe80::1", "fe80::1%lo", "fc00::1", "fec0::1", "ff02::1", "64:ff9b::7f00:1",
        "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1:0:0:80ff:fffe", "2001:db8::1",
    ],
)  # fmt: skip
async def test_a_name_that_leads_inside_is_refused_even_beside_one_that_does_not(address):
    for addresses in ([address], ["93.184.215.14", address]):
        resolve, asked = known(*addresses)
        with pytest.raises(AddressRefused, match=r"hook\.example leads to an address that is not public"):
            await HttpWebhooks(Reach.PUBLIC, resolve=resolve).send("https://hook.example/", {}, BODY)
        assert asked == ["hook.example"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "127.1", "[::1]"])
async def test_no_form_of_this_machines_address_is_reached_through_the_machines_own_resolver(host):
    async with receiver() as hook:
        with pytest.raises((AddressRefused, ReceiverAway)):
            await HttpWebhooks(Reach.PUBLIC).send(f"http://{host}:{hook.port}/", {}, BODY)
    assert hook.connections == 0


async def test_a_name_is_resolved_once_and_connected_to_at_that_address():
    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(OK)

    reached: list[str] = []
    resolve, asked = known("127.0.0.2")
    async with serving(count, host="127.0.0.2") as port:
        await sender(resolve=resolve).send(f"http://hook.example:{port}/a?b=c", {}, BODY)
    assert asked == ["hook.example"]
    assert reached[0].startswith("POST /a?b=c HTTP/1.1\r\n")
    assert f"Host: hook.example:{port}\r\n" in reached[0]


async def test_where_the_first_address_takes_no_connection_the_next_is_tried():
    async with receiver() as hook:
        resolve, _ = known("127.0.0.9", "127.0.0.1")
        await sender(resolve=resolve).send(f"http://hook.example:{hook.port}/hook", {}, BODY)
        assert len(hook.received) == 1


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with receiver() as hook:
        await sender().send(hook.url, {}, BODY)
        assert len(hook.received) == 1


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An answer that never ends, and is never silent for long."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-A: b\r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize("serve", [drip, silent])
async def test_a_receiver_that_takes_its_time_is_left_when_that_is_over(serve):
    async with serving(serve) as port:
        with pytest.raises(ReceiverAway, match=r"longer than 0\.3 s"):
            await sender(timeout_seconds=0.3).send(f"http://127.0.0.1:{port}/", {}, BODY)


async def test_the_body_of_an_answer_is_not_read_however_long():
    async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            written.append(65536)

    written: list[int] = []
    async with serving(endless) as port:
        await sender().send(f"http://127.0.0.1:{port}/", {}, BODY)
    assert sum(written) < 50_000_000


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH\r\n", b"", b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 1_000_000, b"HTTP/1.1 99999 OK\r\n\r\n"],
)
async def test_what_does_not_speak_http_is_away(answer):
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)

    async with serving(speak) as port:
        with pytest.raises(ReceiverAway):
            await sender().send(f"http://127.0.0.1:{port}/", {}, BODY)


async def test_a_name_that_cannot_be_one_is_away():
    with pytest.raises(ReceiverAway, match="cannot be resolved"):
        await HttpWebhooks(Reach.PUBLIC).send(f"https://{'a' * 64}.example/", {}, BODY)


async def test_a_port_where_nobody_listens_is_away():
    async with receiver() as hook:
        url = hook.url
    with pytest.raises(ReceiverAway):
        await sender().send(url, {}, BODY)


async def test_a_certificate_has_to_be_of_the_name_and_of_an_authority_that_the_machine_trusts(tmp_path):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)

    async def same(*_: object) -> Sequence[str]:
        return ["127.0.0.1"]

    server = server_context(tmp_path, "hook.example")
    trusting = sender(resolve=same, tls=client_context(tmp_path))
    async with serving(answer, ssl=server) as port:
        await trusting.send(f"https://hook.example:{port}/", {}, BODY)
        with pytest.raises(ReceiverAway, match="certificate"):
            await trusting.send(f"https://other.example:{port}/", {}, BODY)
        with pytest.raises(ReceiverAway, match="certificate"):
            await sender(resolve=same).send(f"https://hook.example:{port}/", {}, BODY)
