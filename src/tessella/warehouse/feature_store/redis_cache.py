"""Rows that were read, in a Redis server that several servers share. Needs the extra `redis`."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tessella.domain.identifiers import SubjectId
from tessella.warehouse.feature_store.cache import KeptRow

#: A row that nobody has asked for for so long is gone.
KEPT_SECONDS: Final = 7 * 86_400
#: A cache that does not answer in this time is as one that holds nothing.
_PATIENCE_SECONDS: Final = 0.05
#: With another form of rows the number changes.
_PREFIX: Final = b"tessella:row:1:"
_DECODER: Final = msgspec.msgpack.Decoder(KeptRow)
_ENCODER: Final = msgspec.msgpack.Encoder()


class RedisCache:
    """Each row under a keyed digest of its place and customer: whoever reads the server's keys learns no customer."""

    def __init__(self, url: str, *, key: bytes) -> None:
        self._redis = Redis.from_url(
            url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS, retry_on_timeout=False
        )
        self._key = key

    async def rows(self, place: str, subject_ids: Iterable[SubjectId]) -> dict[SubjectId, KeptRow]:
        """Those that are kept, however old; none while the server is away."""
        asked = list(subject_ids)
        try:
            found = await self._redis.mget([self._name(place, each) for each in asked]) if asked else []
        except RedisError:
            return {}
        pairs = zip(asked, found, strict=True)
        return {subject_id: _DECODER.decode(row) for subject_id, row in pairs if isinstance(row, bytes)}

    async def keep(self, place: str, rows: Mapping[SubjectId, KeptRow]) -> None:
        """Keep rows, in place of older ones; while the server is away they are not kept."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for subject_id, row in rows.items():
                pipeline.set(self._name(place, subject_id), _ENCODER.encode(row), ex=KEPT_SECONDS)
            with suppress(RedisError):
                await pipeline.execute()

    async def drop(self, place: str, subject_id: SubjectId) -> None:
        """Let go of a row, if it is kept; while the server is away it stays there, unread."""
        with suppress(RedisError):
            await self._redis.delete(self._name(place, subject_id))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    def _name(self, place: str, subject_id: SubjectId) -> bytes:
        return _PREFIX + hmac.digest(self._key, f"{place}\0{subject_id}".encode(), "sha256")
