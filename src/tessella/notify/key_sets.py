"""An issuer's keys over HTTP: `ports.issuers.KeySource`."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import Final

import httpcore

from tessella.domain.errors.identity import IssuerAway
from tessella.domain.identity.tokens.keys import KeysUnreadable, TokenKeys, keys_of_set
from tessella.domain.notices.urls import Reach
from tessella.logs import get_logger
from tessella.notify.network import FAILURES, CheckedNetwork, Resolve, SystemResolver

#: The whole of it: name, connection, TLS, request and answer.
TIMEOUT_SECONDS: Final = 5.0
#: A set of more bytes is not read on.
SET_MAX_BYTES: Final = 256 * 1024
_LOG: Final = get_logger(__name__)


class HttpKeySet:
    """Reads a JWK Set from a URL. No proxy, no redirect. While the URL is away, the keys of before go on.

    The address is the operator's, not a tenant's, so it may be a private one.
    """

    def __init__(
        self,
        url: str,
        *,
        refresh_seconds: float,
        pause_seconds: float,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._url = url
        self._refresh_seconds = refresh_seconds
        self._pause_seconds = pause_seconds
        self._timeout_seconds = timeout_seconds
        self._network = CheckedNetwork(Reach.ANYWHERE, resolve or SystemResolver())
        self._tls = tls or ssl.create_default_context()
        self._keys: TokenKeys | None = None
        self._content = b""
        #: The monotonic time of the last question, and why it was in vain.
        self._asked_at = -float("inf")
        self._problem = "they are being read"
        self._asking: asyncio.Task[None] | None = None
        self._next: asyncio.TimerHandle | None = None

    def known(self) -> TokenKeys | None:
        """The keys as they were last read. Once they were asked for, they are read again and again."""
        return self._keys

    async def renewed(self) -> bool:
        """Whether the keys have become others, read anew at most once in a pause. Raises `IssuerAway`."""
        before = self._keys
        if self._asking is not None or time.monotonic() > self._asked_at + self._pause_seconds:
            await asyncio.shield(self._ask())
        if self._keys is None:
            raise IssuerAway(self._problem)
        return self._keys is not before

    async def close(self) -> None:
        """End what is being read."""
        if self._next is not None:
            self._next.cancel()
        if self._asking is not None:
            self._asking.remove_done_callback(self._asked)
            self._asking.cancel()
            await asyncio.wait([self._asking])

    def _ask(self) -> asyncio.Task[None]:
        """One question at a time, however many wait for the answer."""
        if self._asking is None:
            self._asked_at = time.monotonic()
            self._asking = asyncio.create_task(self._read())
            self._asking.add_done_callback(self._asked)
        return self._asking

    def _asked(self, _: asyncio.Task[None]) -> None:
        """Ask again later, whether or not a token comes: a key that was taken out must not wait for the next one."""
        self._asking = None
        pause = self._refresh_seconds if self._problem == "" else min(self._pause_seconds, self._refresh_seconds)
        if self._next is not None:
            self._next.cancel()
        self._next = asyncio.get_running_loop().call_later(pause, self._ask)

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                content = await self._fetched()
            if content != self._content:
                self._keys, self._content = keys_of_set(content), content
            self._problem = ""
        except (*FAILURES, TimeoutError, KeysUnreadable, IssuerAway) as error:
            self._problem = getattr(error, "problem", "") or f"{error}" or type(error).__name__
            _LOG.warning("issuer_away", problem=self._problem)

    async def _fetched(self) -> bytes:
        sent = [("User-Agent", "tessella"), ("Accept", "application/json")]
        async with (
            httpcore.AsyncConnectionPool(ssl_context=self._tls, network_backend=self._network) as connections,
            connections.stream("GET", self._url, headers=sent) as told,
        ):
            if told.status != 200:
                raise IssuerAway(f"the issuer answered {told.status}")
            content = bytearray()
            async for part in told.aiter_stream():
                content += part
                if len(content) > SET_MAX_BYTES:
                    raise IssuerAway(f"its set is larger than {SET_MAX_BYTES:,} bytes")
            return bytes(content)
