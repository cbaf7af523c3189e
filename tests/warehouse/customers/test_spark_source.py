"""How a source of Spark is found and bounded, what its failures are called, and what it writes."""

import asyncio
import logging
import socket
from collections.abc import Coroutine
from functools import partial
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pysail.spark import SparkConnectServer

from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.errors import CredentialsMissing, LocationRefused, SourceAway, SourceSlow
from tessella.domain.identifiers import SourceId
from tessella.domain.own_places import OwnPlaces
from tessella.domain.rules.sql import Stored
from tessella.ports.customer_engine import ReadAs
from tessella.warehouse.duckdb.warehouse import ROW_GROUP_ROWS
from tessella.warehouse.engines import spark
from tessella.warehouse.engines.arrow import row_groups
from tessella.warehouse.engines.credentials import read_credentials
from tessella.warehouse.engines.spark_url import connect_url
from tests.database import until
from tests.warehouse.customers.places import SHOP, opened

pytestmark = pytest.mark.anyio

VIEW = "customer_features_view"
TOKEN, USER = "TESSELLA_WAREHOUSE_SHOP__CRM_2EEU_TOKEN", "TESSELLA_WAREHOUSE_SHOP__CRM_2EEU_USER"


def url(engine_source, environment) -> str:
    places = OwnPlaces(SHOP, [], ["sc://spark.internal"])
    return connect_url(engine_source, read_credentials(engine_source.source_id, places, environment))


def at(port: int) -> dict[str, str]:
    """A server of this machine that the namespace may use."""
    return {"location": f"sc://127.0.0.1:{port}", "warehouse_urls": f"shop=sc://127.0.0.1:{port}"}


def test_the_token_and_the_user_of_the_environment_are_added_to_the_location():
    source = CustomerSource(SourceId("crm.eu"), SourceEngine.SPARK, "sc://spark.internal:15002")
    assert url(source, {}) == "sc://spark.internal:15002"
    assert url(source, {TOKEN: "a;b", USER: "etl"}) == "sc://spark.internal:15002/;token=a%3Bb;user_id=etl"
    assert (
        url(msgspec.structs.replace(source, location="sc://spark.internal/;use_ssl=true"), {TOKEN: "t"})
        == "sc://spark.internal/;use_ssl=true;token=t"
    )


@pytest.mark.parametrize("said", ["token=x", "t%6Fken=x", "x-header=1"])
async def test_a_location_says_where_and_nothing_else(spark_place, said):
    with pytest.raises(LocationRefused, match="cannot say"):
        spark_place.open(location=f"sc://spark.internal/;{said}")


async def test_without_a_location_the_variable_to_set_is_named(spark_place):
    with pytest.raises(CredentialsMissing) as missing:
        spark_place.open(location="")
    assert missing.value.hint().startswith("Set TESSELLA_WAREHOUSE_SHOP__CRM_2EEU_DSN ")


async def test_nobody_at_the_location_is_a_source_that_is_away(spark_place):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    engine = opened(spark_place, spark_place.home, {TOKEN: "hidden-one"}, at(port))
    with pytest.raises(SourceAway) as away:
        await engine.columns()
    assert "hidden" not in f"{away.value.message} {away.value.__cause__}"
    await engine.close()


@pytest.mark.parametrize(
    "dsn", ["sc://{}/;hidden-one", "sc://{}/hidden-one/;token=hidden-two", "sd://{}/;token=hidden"]
)
async def test_a_url_that_cannot_be_read_is_not_shown(spark_place, dsn, caplog):
    caplog.set_level(logging.DEBUG)
    there = spark_place.location.removeprefix("sc://").partition("/")[0]
    engine = opened(spark_place, spark_place.home, {"TESSELLA_WAREHOUSE_SHOP__CRM_2EEU_DSN": dsn.format(there)}, {})
    with pytest.raises(LocationRefused) as refused:
        await engine.columns()
    assert "hidden" not in f"{refused.value.message}{refused.value.__cause__}{caplog.text}"
    await engine.close()


async def test_a_server_that_takes_the_connection_and_never_answers_is_slow(spark_place, monkeypatch):
    monkeypatch.setattr(spark, "LOOKUP_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        engine = spark_place.open(**at(listener.getsockname()[1]))
        with pytest.raises(SourceSlow, match=r"within 1\.0 seconds"):
            await engine.columns()
        await engine.close()


async def test_columns_whose_names_differ_by_case_only_are_out_of_reach_and_harm_no_other(spark_place, tmp_path):
    path = tmp_path / "dup.parquet"
    names = ["customer_id", "Spend", "spend", "orders", "${x}"]
    pq.write_table(pa.table([pa.array(["ada"]), *(pa.array([at]) for at in range(4))], names=names), path)
    spark_place.session.read.parquet(str(path)).createOrReplaceTempView(VIEW)
    engine = spark_place.open()
    columns = {each.name: each for each in await engine.columns()}
    assert [name for name, each in columns.items() if each.stored is Stored.OTHER] == ["Spend", "spend", "${x}"]
    assert "another column has this name" in columns["Spend"].type_name
    wanted = {name: ReadAs(columns[name], columns[name].natural) for name in ("customer_id", "orders")}
    assert await engine.rows(["ada"], wanted) == {"ada": {"customer_id": "ada", "orders": 2}}
    told = await engine.statistics(list(columns.values()))
    assert set(told.columns) == {"customer_id", "orders"}
    await engine.close()


async def test_many_rows_become_row_groups_of_the_usual_size(spark_place, tmp_path):
    spark_place.put(VIEW)
    engine = spark_place.open()
    sql = "SELECT CAST(id AS STRING) AS customer_id FROM range(300000)"
    assert await engine.extract(sql, tmp_path / "out.parquet") == 300_000
    file = pq.ParquetFile(tmp_path / "out.parquet")
    sizes = [file.metadata.row_group(at).num_rows for at in range(file.metadata.num_row_groups)]
    assert len(sizes) == 3
    assert min(sizes[:2]) >= ROW_GROUP_ROWS
    await engine.close()


async def test_a_session_that_was_lost_with_its_server_is_made_again(spark_place):
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    _, port = server.listening_address
    engine = spark_place.open(**at(port))
    one = partial(asyncio.to_thread, engine._driver.query, "SELECT 1 AS one")
    assert await one() == [(1,)]
    server.stop()
    with pytest.raises(SourceAway):
        await one()
    again = SparkConnectServer(ip="127.0.0.1", port=port)
    again.start(background=True)
    assert await one() == [(1,)]
    await engine.close()
    again.stop()


def test_parts_are_put_together_until_they_are_a_row_group():
    half = pa.table({"x": range(ROW_GROUP_ROWS // 2)})
    assert [each.num_rows for each in row_groups(iter([half] * 3))] == [ROW_GROUP_ROWS, ROW_GROUP_ROWS // 2]


ENDLESS = "SELECT id AS n FROM range(1000000000000)"


async def begun(extraction: Coroutine[None, None, int], folder: Path) -> asyncio.Task[int]:
    """The extraction, once its first rows have come."""
    running = asyncio.create_task(extraction)
    await until(lambda: any(each.stat().st_size for each in folder.glob("*out.parquet*")), "rows have come")
    return running


async def test_closing_ends_what_runs(spark_place, tmp_path):
    spark_place.put(VIEW)
    engine = spark_place.open()
    running = await begun(engine.extract(ENDLESS, tmp_path / "out.parquet"), tmp_path)
    await engine.close()
    with pytest.raises(SourceAway):
        await running


async def test_closing_leaves_alone_what_others_run_in_the_same_session(spark_place, tmp_path):
    spark_place.put(VIEW)
    closed, other = spark_place.open(), spark_place.open()
    await closed.columns()
    running = await begun(other.extract(ENDLESS, tmp_path / "out.parquet"), tmp_path)
    await closed.close()
    assert await asyncio.wait([running], timeout=1) == (set(), {running})
    await other.close()
    with pytest.raises(SourceAway):
        await running
