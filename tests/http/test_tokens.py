"""JSON Web Tokens over HTTP: who they speak for, and how soon another key or an end of theirs counts."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.errors import Faults
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.settings import Settings
from tessella.storage.store import Storage
from tests.database import Dsns, eventually, until, with_namespace
from tests.http.served import served_over_link
from tests.issuers import issuer
from tests.tokens import AUDIENCE, ISSUER, SECRET, Signer, by_hand, claims, ec_signer, hmac_signer, rsa_signer

pytestmark = pytest.mark.anyio


@pytest.fixture
async def storage(process: Storage, namespace: Namespace) -> Storage:
    """That of all tests of this file: each has its own application over it."""
    await with_namespace(process, namespace)
    return process


BASE = {"jwt_issuer": ISSUER, "jwt_audience": AUDIENCE}


@pytest.fixture
def said(namespace: Namespace) -> Callable[..., dict[str, Any]]:
    """What a token of now says."""
    return lambda **changed: claims(time.time(), **{"namespace": namespace} | changed)


@asynccontextmanager
async def client_of(storage: Storage, home: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Application(Settings(home=home, **BASE, **settings), storage))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client
    finally:
        await app.credentials.close()


async def decided(client: httpx.AsyncClient, token: str, **body: Any) -> httpx.Response:
    return await client.post("/api/v1/decide", json=body, headers={"Authorization": f"Bearer {token}"})


async def test_a_token_may_do_what_its_role_may(storage: Storage, tmp_path: Path, said) -> None:
    async with client_of(storage, tmp_path, jwt_secret=SECRET) as client:
        for role in Role:
            token = hmac_signer().token(said(role=role))
            headers = {"Authorization": f"Bearer {token}"}
            told = (await client.get("/api/v1/segments", headers=headers), await decided(client, token))
            may = role in (Role.ADMIN, Role.SUPERADMIN), role is not Role.MONITOR
            assert [each.status_code for each in told] == [200 if each else 403 for each in may], role


async def test_a_client_acts_for_the_subject_of_its_token_and_for_nobody_else(
    storage: Storage, tmp_path: Path, said
) -> None:
    async with client_of(storage, tmp_path, jwt_secret=SECRET) as client:
        token = hmac_signer().token(said(sub="h1"))
        assert (await decided(client, token, subject_id="h1")).status_code == 200
        refused = await decided(client, token, subject_id="h2")
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:tessella:not-yours")
        service = hmac_signer().token(said(sub="backend", role="service"))
        assert (await decided(client, service, subject_id="h2")).status_code == 200


async def test_keys_of_all_kinds_are_accepted_side_by_side(storage: Storage, tmp_path: Path, namespace, said) -> None:
    settings = {"jwt_secret": SECRET, "jwt_secret_before": "b" * 32, "jwt_public_keys": rsa_signer(None).pem()}
    key = await storage.administration.create_key(namespace, Role.ADMIN)
    async with issuer(ec_signer()) as there, client_of(storage, tmp_path, jwt_jwks_url=there.url, **settings) as client:
        tokens = [each.token(said()) for each in (hmac_signer(), hmac_signer("b" * 32), rsa_signer(None), ec_signer())]
        for text in (*tokens, key):
            assert (await decided(client, text)).status_code == 200
        assert (await decided(client, hmac_signer("c" * 32).token(said()))).status_code == 401


FORGED = (
    lambda said: by_hand({"alg": "none"}, said),
    lambda said: Signer("HS256", "x" * 40).token(said),
    lambda said: hmac_signer().token(said | {"exp": time.time() - 60, "iat": time.time() - 120}),
    lambda said: hmac_signer().token(said | {"aud": "other"}),
    lambda said: hmac_signer().token(said | {"iss": "other"}),
    lambda said: hmac_signer().token(said | {"namespace": "nobody-has-this"}),
    lambda said: hmac_signer().token(said | {"role": "system"}),
    lambda said: hmac_signer().token({name: value for name, value in said.items() if name != "sub"}),
    lambda said: "eyJ",
)


async def test_a_token_that_is_not_believed_is_refused_with_401(storage: Storage, tmp_path: Path, said) -> None:
    async with client_of(storage, tmp_path, jwt_secret=SECRET) as client:
        for forge in FORGED:
            refused = await decided(client, forge(said()))
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert refused.json()["type"] == "urn:tessella:invalid-token"
            assert "nobody-has-this" not in refused.text


async def test_without_an_issuer_no_token_is_accepted_and_the_answer_says_what_is_missing(admin, said) -> None:
    refused = await decided(admin, hmac_signer().token(said()))
    assert refused.json()["type"] == "urn:tessella:invalid-token"
    assert "TESSELLA_JWT_ISSUER" in refused.json()["detail"]


async def test_a_token_ends_when_it_says_though_it_is_remembered(storage: Storage, tmp_path: Path, said) -> None:
    async with client_of(storage, tmp_path, jwt_secret=SECRET, jwt_leeway_seconds=0) as client:
        await decided(client, hmac_signer().token(said()))  # the first request of an application takes longest
        ends = time.time() + 1.0
        token = hmac_signer().token(said(exp=ends))
        assert (await decided(client, token)).status_code == 200

        async def is_refused() -> bool:
            return (await decided(client, token)).status_code == 401

        await eventually(is_refused, "the token has ended")
        assert time.time() >= ends


async def test_a_key_that_the_issuer_takes_back_proves_nothing_more_though_tokens_are_remembered(
    storage: Storage, tmp_path: Path, said
) -> None:
    """The issuer goes over to another key: tokens of the new one are accepted at once, and those of the old refused."""
    old, new = rsa_signer().token(said()), ec_signer().token(said())
    async with (
        issuer(rsa_signer()) as there,
        client_of(storage, tmp_path, jwt_jwks_url=there.url, jwt_jwks_pause_seconds=0.1) as client,
    ):
        assert (await decided(client, old)).status_code == 200
        assert (await decided(client, new)).status_code == 401
        there.publish(ec_signer())

        await anyio.sleep(0.1)
        assert (await decided(client, new)).status_code == 200
        assert (await decided(client, old)).status_code == 401


async def test_tokens_are_proved_by_the_keys_of_before_while_the_issuer_is_away(
    storage: Storage, tmp_path: Path, said
) -> None:
    async with (
        issuer(rsa_signer()) as there,
        client_of(storage, tmp_path, jwt_jwks_url=there.url, jwt_jwks_pause_seconds=0.1) as client,
    ):
        assert (await decided(client, rsa_signer().token(said()))).status_code == 200
        there.status = "500 Internal Server Error"
        assert (await decided(client, rsa_signer().token(said(sub="h2")))).status_code == 200
        assert (await decided(client, rsa_signer("rsa-2").token(said()))).status_code == 401


async def test_where_the_issuer_was_never_reached_the_answer_is_503_and_keys_work(
    storage: Storage, tmp_path: Path, namespace, said
) -> None:
    key = await storage.administration.create_key(namespace, Role.ADMIN)
    async with client_of(storage, tmp_path, jwt_jwks_url="http://127.0.0.1:9/jwks.json") as client:
        refused = await decided(client, rsa_signer().token(said()))
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert (await decided(client, key)).status_code == 200


async def test_tokens_are_accepted_while_the_database_is_away(
    database: Dsns, namespace: Namespace, tmp_path: Path, said
) -> None:
    async with (
        served_over_link(database, namespace, tmp_path) as served,
        client_of(served.storage, tmp_path / "home", jwt_secret=SECRET) as client,
    ):
        await decided(client, hmac_signer().token(said()))
        await served.link.cut()
        await until(lambda: not served.storage.health().database_is_up, "the loss was noticed")
        assert (await decided(client, hmac_signer().token(said(sub="h9")))).status_code == 200


@pytest.mark.parametrize("settings", [
    {"jwt_public_keys": "no key"}, {"jwt_public_keys": rsa_signer("weak", 1024).pem()}, {"jwt_public_keys": '{"a": 1}'},
])  # fmt: skip
def test_a_server_does_not_start_with_keys_that_cannot_be_used(tmp_path: Path, settings) -> None:
    from tessella.notify.issuer import tokens_of

    with pytest.raises(Faults, match="TESSELLA_JWT_PUBLIC_KEYS"):
        tokens_of(Settings(home=tmp_path, **BASE, **settings))
