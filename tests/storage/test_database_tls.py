"""What a connection to your own database is protected by."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import SecretStr

from tessella.settings import SettingInvalid
from tessella.storage.installation.administration import administering_dsn, serving_dsn
from tessella.storage.installation.installation import checkup
from tests.certificates import server_context
from tests.database import Dsns, settings_for, storage_with
from tests.tls_front import INSTALLED, Front, front_of, installed_server

pytestmark = pytest.mark.anyio

DEMANDED = {"database_tls": "verify-full"}


@pytest.fixture
async def front(database: Dsns, tmp_path: Path) -> AsyncIterator[Front]:
    """The database behind a TLS server with a certificate for db.internal, of an authority of its own."""
    async with front_of(database.app, server_context(tmp_path, "db.internal"), "db.internal") as front:
        yield front


def served(front: Front, folder: Path, dsn: str = "", **settings: object) -> str:
    """The connection string to serve with."""
    found = serving_dsn(settings_for(folder, database_url=SecretStr(dsn or front.dsn), **DEMANDED | settings))
    assert found is not None
    return found


async def connected(dsn: str) -> bool:
    """Whether a connection is made, and is encrypted."""
    async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=10) as connection:
        await connection.execute("SELECT 1")
        return bool(connection.pgconn.ssl_in_use)


async def test_a_server_of_the_authority_and_of_the_name_is_connected_to_over_tls(front, tmp_path):
    dsn = served(front, tmp_path, database_root_certificate=tmp_path / "server.pem")
    assert await connected(dsn)
    assert front.encrypted == [True]


async def test_everything_of_a_server_process_goes_over_tls(front, tmp_path, namespace):
    dsn = served(front, tmp_path, database_root_certificate=tmp_path / "server.pem")
    async with storage_with(dsn, tmp_path / "home", namespace):
        pass
    assert len(front.encrypted) >= 3
    assert all(front.encrypted)


async def test_a_server_of_another_name_is_refused(front, tmp_path):
    other = make_conninfo(front.dsn, host="other.internal")
    dsn = served(front, tmp_path, other, database_root_certificate=tmp_path / "server.pem")
    with pytest.raises(psycopg.OperationalError, match=r"other\.internal"):
        await connected(dsn)


@pytest.mark.parametrize("authority", ["the system's", "another"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(front, tmp_path, authority):
    (tmp_path / "else").mkdir()
    server_context(tmp_path / "else", "db.internal")
    root = None if authority == "the system's" else tmp_path / "else" / "server.pem"
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        await connected(served(front, tmp_path, database_root_certificate=root))


async def test_a_server_that_speaks_no_tls_is_refused(database, tmp_path):
    async with front_of(database.app, None, "db.internal") as plain:
        assert not await connected(plain.dsn)
        with pytest.raises(psycopg.OperationalError, match="does not support SSL"):
            await connected(served(plain, tmp_path))


@pytest.mark.skipif(not INSTALLED, reason="The embedded PostgreSQL speaks no TLS, and no other one is installed.")
async def test_a_real_postgresql_is_connected_to_over_tls_and_by_its_right_name_only(tmp_path):
    with installed_server(tmp_path, "db.internal") as url:
        dsns = {}
        for name in ("db.internal", "other.internal"):
            own = {"database_root_certificate": tmp_path / "server.pem", **DEMANDED}
            given = settings_for(tmp_path, database_url=SecretStr(make_conninfo(url, host=name)), **own)
            dsns[name] = serving_dsn(given) or ""
        assert await connected(dsns["db.internal"])
        with pytest.raises(psycopg.OperationalError, match="does not match host name"):
            await connected(dsns["other.internal"])


async def test_the_doctor_tells_whether_the_way_to_your_own_database_can_be_read(front, tmp_path, monkeypatch):
    own = {"database_root_certificate": tmp_path / "server.pem", **DEMANDED}
    for dsn, settings in ((front.dsn, own), (make_conninfo(front.dsn, sslmode="disable"), {})):
        installed = settings_for(tmp_path / "home", database_url=SecretStr(dsn), **settings)
        found = {each.name: each.text for each in await asyncio.to_thread(checkup, installed)}
        assert found["encryption"].startswith("The connection to the database is encrypted, or stays")
    assert front.encrypted[0]
    assert not front.encrypted[-1]
    monkeypatch.setattr("ipaddress.IPv4Address.is_loopback", False)  # there is no other machine here
    found = {each.name: each.holds for each in await asyncio.to_thread(checkup, installed)}
    assert not found["encryption"]


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_a_url_that_asks_for_less_is_refused_by_name_and_without_its_password(tmp_path, mode):
    url = SecretStr(f"postgresql://shop:hidden@db.internal/shop?sslmode={mode}")
    for name, read in (("database_url", serving_dsn), ("database_admin_url", administering_dsn)):
        with pytest.raises(SettingInvalid, match=f"TESSELLA_{name.upper()} .*sslmode={mode}") as caught:
            read(settings_for(tmp_path, **{name: url}, **DEMANDED))
        assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql:///shop?host=/var/run/postgresql", "host=/run,/tmp sslmode=disable"])
def test_a_socket_on_this_machine_is_exempt(tmp_path, url):
    assert serving_dsn(settings_for(tmp_path, database_url=SecretStr(url), **DEMANDED)) == url


def test_without_the_setting_a_url_says_by_itself_how_it_is_protected(tmp_path):
    url = "postgresql://db.internal/shop?sslmode=require"
    assert serving_dsn(settings_for(tmp_path, database_url=SecretStr(url))) == url


def test_the_authority_of_the_url_stands_unless_the_setting_names_one(tmp_path):
    url = SecretStr("postgresql://db.internal/shop?sslrootcert=/etc/ca.pem")
    for own, expected in ((None, "/etc/ca.pem"), (Path("/own.pem"), "/own.pem")):
        dsn = serving_dsn(settings_for(tmp_path, database_url=url, database_root_certificate=own, **DEMANDED))
        assert dsn is not None
        assert conninfo_to_dict(dsn)["sslrootcert"] == expected
