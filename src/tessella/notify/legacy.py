"""A legacy system that is asked over HTTP: `ports.LegacySystem`."""

from __future__ import annotations

import asyncio
import json
import ssl
from typing import Final

import httpcore

from tessella.domain.errors import AddressRefused, LegacyAnswerInvalid, LegacyAway
from tessella.domain.identifiers import GameId, Json, SubjectId
from tessella.domain.notices.urls import Reach
from tessella.domain.taxonomy.game import Game
from tessella.notify.network import FAILURES, CheckedNetwork, Resolve, SystemResolver
from tessella.settings import Settings
from tessella.usecases.taxonomy.rollout.asking import Migration
from tessella.usecases.taxonomy.rollout.breakers import Breakers

#: An answer of more bytes is not read on.
ANSWER_MAX_BYTES: Final = 1024 * 1024
#: Connections that are kept, and requests that are under way at once.
_KEPT: Final = 8
_MOST: Final = 32


class HttpLegacy:
    """Posts {player_id, game_id} to `url`/categorize and `url`/anomalies/detect. No proxy, no redirect.

    Whoever asks bounds the time. `authorization` is the value of that header; empty for none.
    """

    def __init__(
        self,
        url: str,
        reach: Reach,
        *,
        authorization: str = "",
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url.rstrip("/")
        self._headers = [
            ("User-Agent", "tessella"),
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
        ]
        if authorization:
            self._headers.append(("Authorization", authorization))
        #: The pool itself is not bounded: a request that is given up while it waits there takes a connection with it.
        self._turns = asyncio.Semaphore(_MOST)
        self._connections = httpcore.AsyncConnectionPool(
            ssl_context=tls or ssl.create_default_context(),
            max_connections=None,
            max_keepalive_connections=_KEPT,
            keepalive_expiry=30.0,
            network_backend=CheckedNetwork(reach, resolve or SystemResolver()),
        )

    async def categorize(self, player_id: SubjectId, game_id: GameId) -> Json:
        """The player's memberships. Raises `LegacyFailed`."""
        return await self._post("/categorize", player_id, game_id)

    async def detect(self, player_id: SubjectId, game_id: GameId) -> Json:
        """Whether the player's last days are anomalies. Raises likewise."""
        return await self._post("/anomalies/detect", player_id, game_id)

    async def close(self) -> None:
        """Let go of its connections."""
        await self._connections.aclose()

    async def _post(self, path: str, player_id: SubjectId, game_id: GameId) -> Json:
        body = json.dumps({"player_id": player_id, "game_id": game_id}).encode()
        try:
            async with (
                self._turns,
                self._connections.stream("POST", self._url + path, headers=self._headers, content=body) as told,
            ):
                if not 200 <= told.status < 300:
                    raise LegacyAway(f"it answered {told.status}")
                return _parsed(await _read(told))
        except AddressRefused:
            raise LegacyAway("its host leads to an address that is not public, which a setting may allow") from None
        except FAILURES as error:
            raise LegacyAway(f"{error}" or type(error).__name__) from error


class Migrations:
    """What answers need of each game, and the legacy systems that games name. A process keeps connections to each."""

    def __init__(self, settings: Settings) -> None:
        self._reach = settings.legacy_reach
        secret = settings.legacy_authorization
        self._authorization = "" if secret is None else secret.get_secret_value()
        self._breakers = Breakers()
        self._held: dict[str, HttpLegacy] = {}

    def of(self, game: Game) -> Migration:
        """Of one game; without a legacy system where it names no address."""
        return Migration(self._system(game), self._breakers)

    async def close(self) -> None:
        """Let go of all connections."""
        for each in self._held.values():
            await each.close()

    def _system(self, game: Game) -> HttpLegacy | None:
        url = "" if game.rollout.legacy is None else game.rollout.legacy.url
        if url and url not in self._held:
            self._held[url] = HttpLegacy(url, self._reach, authorization=self._authorization)
        return self._held.get(url)


async def _read(response: httpcore.Response) -> bytes:
    parts, size = [], 0
    async for part in response.aiter_stream():
        size += len(part)
        if size > ANSWER_MAX_BYTES:
            raise LegacyAnswerInvalid("", f"it is longer than {ANSWER_MAX_BYTES:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _parsed(body: bytes) -> Json:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise LegacyAnswerInvalid("", "it is no JSON") from None
