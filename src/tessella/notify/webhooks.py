"""Webhooks over HTTP: `ports.WebhookSender`."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import Final

import httpcore

from tessella.domain.errors import ReceiverAway, ReceiverRefused
from tessella.domain.notices.urls import Reach
from tessella.notify.network import FAILURES, CheckedNetwork, Resolve, SystemResolver

#: The whole of it: name, connection, TLS, request and the head of the answer.
TIMEOUT_SECONDS: Final = 10.0


class HttpWebhooks:
    """POSTs. Each has a connection of its own; no proxy, no redirect, and of the answer the head is read only."""

    def __init__(
        self,
        reach: Reach,
        *,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._network = CheckedNetwork(reach, resolve or SystemResolver())
        self._tls = tls or ssl.create_default_context()
        self._timeout_seconds = timeout_seconds

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """POST `body`. Raises `AddressRefused`, `ReceiverAway`, and `ReceiverRefused` unless the answer is 2xx."""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                status = await self._status(url, headers, body)
        except TimeoutError:
            raise ReceiverAway(f"it took longer than {self._timeout_seconds:g} s") from None
        except FAILURES as error:
            raise ReceiverAway(f"{error}" or type(error).__name__) from error
        if not 200 <= status < 300:
            raise ReceiverRefused(status)

    async def _status(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        sent = [("User-Agent", "tessella"), *headers.items()]
        async with (
            httpcore.AsyncConnectionPool(ssl_context=self._tls, network_backend=self._network) as connections,
            connections.stream("POST", url, headers=sent, content=body) as response,
        ):
            return response.status
