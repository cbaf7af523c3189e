"""Whom a source of PostgreSQL is read as, how it is bounded, and what its failures are called."""

import asyncio
import logging
import re
import resource
from dataclasses import asdict

import psycopg
import pytest

from tessella.domain.errors import (
    CredentialsMissing,
    CredentialsRefused,
    DiskFull,
    LocationRefused,
    QueryFailed,
    SourceAway,
    SourceDenies,
    SourceSlow,
)
from tessella.ports.customer_engine import ReadAs
from tessella.warehouse.engines import postgresql
from tests.database import link_to
from tests.warehouse.customers.places import opened

pytestmark = pytest.mark.anyio

VIEW = "customer_features_view"
USER, SECRET, TOKEN, DSN = (
    f"TESSELLA_WAREHOUSE_SHOP__CRM_2EEU_{each}" for each in ("USER", "PASSWORD", "TOKEN", "DSN")
)


async def failure(place, environment, kind, **changed) -> str:
    """All that can be seen of the error that opening the source, or its first use, ends with."""
    with pytest.raises(kind) as raised:
        await opened(place, place.home, environment, changed).columns()
    return f"{raised.value.message} {raised.value.hint()} {asdict(raised.value)} {raised.value.__cause__}"


async def test_a_token_serves_as_the_password(postgresql_place):
    postgresql_place.put(VIEW)
    environment = {USER: "crm_reader", TOKEN: postgresql_place.environment[SECRET]}
    engine = opened(postgresql_place, postgresql_place.home, environment, {})
    assert await engine.check_keys() == 3
    await engine.close()


async def test_a_dsn_of_the_environment_says_all_and_the_location_may_be_empty(postgresql_place):
    postgresql_place.put(VIEW)
    dsn = psycopg.conninfo.make_conninfo(
        postgresql_place.location, user="crm_reader", password=postgresql_place.environment[SECRET]
    )
    engine = opened(postgresql_place, postgresql_place.home, {DSN: dsn}, {"location": ""})
    assert await engine.check_keys() == 3
    await engine.close()


@pytest.mark.parametrize("environment", [{}, {USER: "crm_reader"}, {SECRET: "x"}])
async def test_missing_credentials_name_the_variables_to_set(postgresql_place, environment, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", postgresql_place.environment[SECRET])  # libpq's own way is not ours
    told = await failure(postgresql_place, environment, CredentialsMissing)
    assert all(name in told for name in (USER, SECRET, DSN))


async def test_refused_credentials_are_in_no_message_and_in_no_log(postgresql_place, caplog):
    caplog.set_level(logging.DEBUG)
    told = await failure(postgresql_place, {USER: "crm_reader", SECRET: "wrong-secret"}, CredentialsRefused)
    assert "wrong-secret" not in told + caplog.text
    assert SECRET in told


@pytest.mark.parametrize("dsn", ["postgresql://u:hidden-one@h/db?hidden-two=1", "host=x hidden-one 'hidden-two"])
async def test_a_connection_string_that_cannot_be_read_is_not_shown(postgresql_place, dsn, caplog):
    caplog.set_level(logging.DEBUG)
    told = await failure(postgresql_place, {DSN: dsn}, LocationRefused)
    assert "hidden" not in told + caplog.text
    assert DSN in told


async def test_an_open_source_does_not_show_its_credentials(postgresql_place):
    engine = postgresql_place.open()
    assert postgresql_place.environment[SECRET] not in repr(engine._driver._credentials)


@pytest.mark.parametrize(
    "extra", ["password=x", "passfile=/root/.pgpass", "service=x", "sslkey=/etc/key", "options=-cx"]
)
async def test_a_location_says_where_and_nothing_else(postgresql_place, extra):
    location = f"{postgresql_place.location}&{extra}"
    assert extra.partition("=")[0] in await failure(
        postgresql_place, postgresql_place.environment, LocationRefused, location=location
    )


async def test_nobody_at_the_location_is_a_source_that_is_away(postgresql_place, tmp_path):
    location = f"postgresql:///customers?host={tmp_path}"
    await failure(
        postgresql_place,
        postgresql_place.environment,
        SourceAway,
        location=location,
        warehouse_urls=f"shop=postgresql://{tmp_path}",
    )


async def test_a_view_that_the_account_may_not_read_is_denied(postgresql_place):
    postgresql_place.put(VIEW)
    postgresql_place.owner.execute(f'REVOKE SELECT ON "{VIEW}" FROM crm_reader')
    engine = postgresql_place.open()
    with pytest.raises(SourceDenies, match="permission denied"):
        await engine.check_keys()
    await engine.close()


async def test_a_view_may_be_in_a_schema_and_its_name_is_quoted(postgresql_place):
    owner = postgresql_place.owner
    owner.execute('CREATE SCHEMA IF NOT EXISTS "DWH"; DROP VIEW IF EXISTS "DWH"."The View"')
    owner.execute("""CREATE VIEW "DWH"."The View" AS SELECT 'ada' AS customer_id, 'a'::char(3) AS c""")
    owner.execute('GRANT USAGE ON SCHEMA "DWH" TO crm_reader; GRANT SELECT ON "DWH"."The View" TO crm_reader')
    engine = postgresql_place.open(view="DWH.The View")
    assert [each.name for each in await engine.columns()] == ["customer_id", "c"]
    await engine.close()


async def test_domains_and_enums_are_read_as_their_values(postgresql_place):
    owner = postgresql_place.owner
    owner.execute("DROP TYPE IF EXISTS mood CASCADE; DROP DOMAIN IF EXISTS cents CASCADE")
    owner.execute("CREATE TYPE mood AS ENUM ('glad'); CREATE DOMAIN cents AS numeric(9,2)")
    postgresql_place.put(VIEW, "SELECT 'ada' AS customer_id, 'glad'::mood AS mood, 1.5::cents AS owed")
    engine = postgresql_place.open()
    columns = {each.name: ReadAs(each, each.natural) for each in await engine.columns()}
    assert await engine.rows(["ada"], columns) == {"ada": {"customer_id": "ada", "mood": "glad", "owed": 1.5}}
    await engine.close()


async def test_names_that_differ_by_case_are_two_columns(postgresql_place):
    postgresql_place.put(VIEW, """SELECT 'ada' AS customer_id, 1 AS "Spend", 2 AS spend""")
    engine = postgresql_place.open()
    columns = {each.name: ReadAs(each, each.natural) for each in await engine.columns()}
    assert await engine.rows(["ada"], columns) == {"ada": {"customer_id": "ada", "Spend": 1, "spend": 2}}
    await engine.close()


async def test_nothing_can_be_written_there(postgresql_place, tmp_path):
    postgresql_place.put(VIEW)
    postgresql_place.owner.execute(f'GRANT ALL ON "{VIEW}" TO crm_reader')
    engine = postgresql_place.open()
    await engine.columns()
    with pytest.raises(QueryFailed, match="read-only transaction"):
        await asyncio.to_thread(engine._driver.query, f'DELETE FROM "{VIEW}" RETURNING 1')
    await engine.close()


async def test_a_statement_that_takes_too_long_is_ended_there(postgresql_place, tmp_path):
    postgresql_place.put(VIEW)
    engine = postgresql_place.open(warehouse_timeout_seconds=1)
    with pytest.raises(SourceSlow, match=r"within 1\.0 seconds"):
        await engine.extract("SELECT pg_sleep(60)::text AS s", tmp_path / "out.parquet")
    assert list(tmp_path.glob("*out.parquet*")) == []
    await engine.close()


async def test_a_link_that_hangs_or_is_cut_is_bounded_and_leaves_no_file(postgresql_place, tmp_path, monkeypatch):
    postgresql_place.put(VIEW)
    monkeypatch.setattr(postgresql, "_GRACE_SECONDS", 0.0)
    folder = tmp_path / "s"
    folder.mkdir()
    async with link_to(postgresql_place.location, folder) as link:
        open_here = {"warehouse_urls": f"shop=postgresql://{tmp_path}"}
        engine = postgresql_place.open(location=link.dsn, warehouse_timeout_seconds=1, **open_here)
        relation = await engine.relation({})
        link.hang_after = re.compile(rb"TO STDOUT")
        with pytest.raises(SourceSlow):
            await engine.extract(relation.source, tmp_path / "out.parquet")
        await link.cut()
        with pytest.raises(SourceAway):
            await engine.extract(relation.source, tmp_path / "out.parquet")
        await link.mend()
        link._flowing.set()
        assert await engine.check_keys() == 3
        await engine.close()
    assert list(tmp_path.glob("*out.parquet*")) == []


async def test_lookups_connect_again_after_their_connection_was_lost(postgresql_place):
    postgresql_place.put(VIEW)
    engine = postgresql_place.open()
    columns = {each.name: ReadAs(each, each.natural) for each in await engine.columns()}
    await engine.rows(["ada"], columns)
    postgresql_place.owner.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'crm_reader'"
    )
    with pytest.raises(SourceAway):
        await engine.rows(["ada"], columns)
    assert (await engine.rows(["ada"], columns))["ada"]["orders"] == 3
    await engine.close()


async def test_a_full_disk_leaves_nothing_half_written(postgresql_place, tmp_path):
    postgresql_place.put(VIEW)
    engine = postgresql_place.open()
    engine._worker.query("SELECT 1")
    resource.prlimit(engine._worker.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
    with pytest.raises(DiskFull):
        await engine.extract(
            "SELECT sha256(n::text::bytea)::text AS t FROM generate_series(1, 50000) AS n", tmp_path / "o"
        )
    assert [each.name for each in tmp_path.iterdir()] == []
    await engine.close()


async def test_closing_ends_what_runs(postgresql_place, tmp_path):
    postgresql_place.put(VIEW)
    engine = postgresql_place.open()
    await engine.columns()
    running = asyncio.create_task(engine.extract("SELECT pg_sleep(60)::text AS s", tmp_path / "out.parquet"))
    await asyncio.sleep(0.5)
    await engine.close()
    with pytest.raises(SourceAway):
        await running
