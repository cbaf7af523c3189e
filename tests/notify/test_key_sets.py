"""An issuer's keys over HTTP: when they are read, and what goes on while the issuer is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tessella.domain.errors.identity import IssuerAway
from tessella.notify.key_sets import SET_MAX_BYTES, HttpKeySet
from tests.database import until
from tests.issuers import Issuer, issuer
from tests.tokens import ec_signer, rsa_signer

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def keys_of(there: Issuer, *, refresh: float = 300, pause: float = 0.0) -> AsyncIterator[HttpKeySet]:
    made = HttpKeySet(there.url, refresh_seconds=refresh, pause_seconds=pause, timeout_seconds=0.2)
    try:
        yield made
    finally:
        await made.close()


def names(keys: HttpKeySet) -> set[str]:
    known = keys.known()
    return set() if known is None else set(known.named)


async def test_nothing_is_read_before_somebody_asks() -> None:
    async with issuer(rsa_signer()) as there, keys_of(there) as keys:
        assert keys.known() is None
        assert there.asked == 0
        assert await keys.renewed()
        assert names(keys) == {"rsa-1"}


async def test_keys_that_were_added_are_found_and_keys_that_were_taken_out_are_gone() -> None:
    async with issuer(rsa_signer()) as there, keys_of(there) as keys:
        await keys.renewed()
        there.publish(ec_signer())
        assert await keys.renewed()
        assert names(keys) == {"ec-1"}


async def test_the_same_keys_read_again_are_no_others() -> None:
    async with issuer(rsa_signer()) as there, keys_of(there) as keys:
        await keys.renewed()
        before = keys.known()
        assert not await keys.renewed()
        assert keys.known() is before


async def test_a_hundred_tokens_of_unknown_keys_have_the_keys_read_once() -> None:
    async with issuer(rsa_signer()) as there, keys_of(there, pause=3600) as keys:
        assert all(await asyncio.gather(*(keys.renewed() for _ in range(100))))
        assert not any(await asyncio.gather(*(keys.renewed() for _ in range(100))))
        assert there.asked == 1


async def test_keys_are_read_again_though_nobody_asks_for_them() -> None:
    """A key that was taken out is not accepted because no token came for long."""
    async with issuer(rsa_signer()) as there, keys_of(there, refresh=0.05) as keys:
        await keys.renewed()
        there.publish(ec_signer())
        assert names(keys) == {"rsa-1"}
        await until(lambda: names(keys) == {"ec-1"}, "the new keys are read")


async def test_an_issuer_that_was_away_is_asked_again_by_itself() -> None:
    async with issuer(rsa_signer()) as there, keys_of(there, pause=0.05) as keys:
        there.status = "500 Internal Server Error"
        with pytest.raises(IssuerAway):
            await keys.renewed()
        there.status = "200 OK"
        await until(lambda: names(keys) == {"rsa-1"}, "the keys are read")


@pytest.mark.parametrize("away", [
    {"status": "503 Service Unavailable"}, {"content": b"<html>"}, {"content": b"{}"}, {"hangs": True},
    {"content": b" " * (SET_MAX_BYTES + 1)}, {"status": "302 Found", "headers": "Location: /elsewhere\r\n"},
])  # fmt: skip
async def test_the_keys_of_before_go_on_while_the_issuer_is_away(away: dict[str, object]) -> None:
    async with issuer(rsa_signer()) as there, keys_of(there) as keys:
        await keys.renewed()
        for name, value in away.items():
            setattr(there, name, value)
        assert not await keys.renewed()
        assert names(keys) == {"rsa-1"}


async def test_an_issuer_that_was_never_reached_is_said_to_be_away_until_it_is_there() -> None:
    async with issuer(rsa_signer()) as there, keys_of(there) as keys:
        there.status = "500 Internal Server Error"
        with pytest.raises(IssuerAway, match="answered 500"):
            await keys.renewed()
        there.status = "200 OK"
        assert await keys.renewed()


async def test_an_issuer_that_takes_back_all_keys_is_believed() -> None:
    async with issuer(rsa_signer()) as there, keys_of(there) as keys:
        await keys.renewed()
        there.publish()
        assert await keys.renewed()
        assert names(keys) == set()
