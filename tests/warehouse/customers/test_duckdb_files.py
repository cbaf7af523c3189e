"""What a source of DuckDB may name, what it finds there, and what becomes of files that are not what they were."""

import os
import resource
from pathlib import Path

import pytest

from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.errors import (
    DiskFull,
    LocationRefused,
    PackageMissing,
    SourceAway,
    SourceSlow,
    ValueUnreadable,
    ViewGone,
)
from tessella.ports.customer_engine import ReadAs
from tessella.settings import Settings
from tessella.warehouse.engines import open_engine
from tessella.warehouse.engines.aside import written_aside
from tests.warehouse.customers.places import SHOP

pytestmark = pytest.mark.anyio

VIEW = "customer_features_view"
ADA = "customer_id,orders\nada,3\n"


async def names(place, **changed) -> list[str]:
    engine = place.open(**changed)
    try:
        return [each.name for each in await engine.columns()]
    finally:
        await engine.close()


async def rows(engine, *keys: str) -> dict:
    return await engine.rows(keys, {each.name: ReadAs(each, each.natural) for each in await engine.columns()})


@pytest.mark.parametrize("file", [f"shop/{VIEW}.csv", f"shop/{VIEW}/part-1.csv", "shop/all.csv", "all.csv"])
async def test_a_view_is_a_file_of_its_name_a_folder_of_files_or_the_location_itself(duckdb_place, file):
    path = duckdb_place.folder.parent / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(ADA)
    engine = duckdb_place.open(location=file if "all" in file else "shop")
    assert await rows(engine, "ada") == {"ada": {"customer_id": "ada", "orders": 3}}
    await engine.close()


async def test_all_files_of_a_folder_are_one_view(duckdb_place):
    folder = duckdb_place.folder / VIEW
    folder.mkdir()
    for name in ("ada", "bob"):
        duckdb_place.put(f"{VIEW}/{name}", f"SELECT '{name}' AS customer_id, 1 AS n")
    engine = duckdb_place.open()
    assert await engine.check_keys() == 2
    await engine.close()


async def test_names_that_differ_by_case_only_are_told_apart_by_a_number(duckdb_place):
    (duckdb_place.folder / f"{VIEW}.csv").write_text("customer_id,Spend,spend\nada,1,2\n")
    engine = duckdb_place.open()
    assert await rows(engine, "ada") == {"ada": {"customer_id": "ada", "Spend": 1, "spend_1": 2}}
    await engine.close()


@pytest.mark.parametrize("location", ["/etc", "../other", "shop/../../other", "shop/link", "file:///etc/passwd", "/"])
async def test_a_location_outside_of_the_folders_is_refused_whatever_leads_there(duckdb_place, location):
    other = duckdb_place.home / "other"
    other.mkdir()
    (other / f"{VIEW}.csv").write_text(ADA)
    (duckdb_place.folder / "link").symlink_to(other)
    with pytest.raises(LocationRefused):
        await names(duckdb_place, location=location)


async def test_a_file_that_links_to_one_outside_is_refused(duckdb_place):
    secret = duckdb_place.home / "secret.csv"
    secret.write_text(ADA)
    (duckdb_place.folder / f"{VIEW}.csv").symlink_to(secret)
    with pytest.raises(LocationRefused, match="leads out"):
        await names(duckdb_place)


async def test_a_link_within_the_folders_is_followed(duckdb_place):
    (duckdb_place.folder / "of-today.csv").write_text(ADA)
    (duckdb_place.folder / f"{VIEW}.csv").symlink_to("of-today.csv")
    assert await names(duckdb_place) == ["customer_id", "orders"]


@pytest.mark.parametrize("location", ["sh*p", "shop/[a]", "s?op"])
async def test_a_location_is_no_pattern(duckdb_place, location):
    (duckdb_place.folder / f"{VIEW}.csv").write_text(ADA)
    with pytest.raises(LocationRefused, match="pattern"):
        await names(duckdb_place, location=location)


async def test_folders_are_those_of_the_setting_and_in_each_the_one_of_the_namespace(duckdb_place, tmp_path):
    elsewhere = tmp_path / "elsewhere" / SHOP
    elsewhere.mkdir(parents=True)
    (elsewhere / f"{VIEW}.csv").write_text(ADA)
    folders = f"{duckdb_place.home}, {elsewhere.parent}"
    assert await names(duckdb_place, location=str(elsewhere), warehouse_folders=folders) == ["customer_id", "orders"]
    with pytest.raises(LocationRefused):
        await names(duckdb_place, location=str(elsewhere))


@pytest.mark.parametrize("location", ["{}", "../beta", "to-beta", "file://{}"])
async def test_the_files_of_another_namespace_are_refused_whatever_leads_there(duckdb_place, location):
    others = duckdb_place.home / "warehouse" / "beta"
    others.mkdir()
    (others / f"{VIEW}.csv").write_text(ADA)
    (duckdb_place.folder.parent / "to-beta").symlink_to(others)
    with pytest.raises(LocationRefused):
        await names(duckdb_place, location=location.format(others))


@pytest.mark.parametrize("location", ["s3://lake/beta/shop", "s3://lake/shop-2", "s3://lake", "s3://lake/shop/../beta"])
async def test_a_url_that_is_not_the_namespaces_is_refused(duckdb_place, location):
    with pytest.raises(LocationRefused):
        await names(duckdb_place, location=location, warehouse_urls="shop=s3://lake/shop, beta=s3://lake/beta")


async def test_a_url_that_is_refused_says_what_would_allow_it(duckdb_place):
    with pytest.raises(LocationRefused, match="not open to this namespace") as refusal:
        await names(duckdb_place, location="s3://bucket/shop")
    assert "TESSELLA_WAREHOUSE_URLS=shop=s3://bucket/shop" in refusal.value.hint()


async def test_a_url_whose_driver_is_not_installed_says_what_to_install(duckdb_place):
    with pytest.raises(PackageMissing, match="gcsfs") as missing:
        await names(duckdb_place, location="gs://bucket/shop", warehouse_urls="shop=gs://bucket")
    assert "install" in missing.value.hint()


async def test_a_url_of_this_machine_is_read_like_a_path(duckdb_place):
    (duckdb_place.folder / f"{VIEW}.csv").write_text(ADA)
    assert await names(duckdb_place, location=f"file://{duckdb_place.folder}") == ["customer_id", "orders"]


@pytest.mark.parametrize("file", [f"{VIEW}.parquet", f"{VIEW}/1.parquet", f"{VIEW}.csv"])
async def test_fsspec_opens_the_urls_of_other_schemes(duckdb_place, file):
    engine = duckdb_place.open(location="memory://shop", warehouse_urls="shop=Memory://shop/")
    # The memory is that of each process, so the file is put there by the worker itself.
    for worker in (engine._worker, engine._driver._lookups):
        worker.execute(f"COPY (SELECT 'ada' AS customer_id, 3 AS orders) TO 'memory://shop/{file}'")
    assert await rows(engine, "ada") == {"ada": {"customer_id": "ada", "orders": 3}}
    assert await engine.check_keys() == 1
    await engine.close()


async def test_a_url_without_the_view_says_so(duckdb_place):
    engine = duckdb_place.open(location="memory://shop", warehouse_urls="shop=memory://shop")
    with pytest.raises(ViewGone):
        await engine.columns()
    await engine.close()


async def test_a_value_of_another_type_half_way_through_a_csv_is_an_error_that_names_its_column(duckdb_place, tmp_path):
    many = "".join(f"c{at},{at}\n" for at in range(50_000))
    (duckdb_place.folder / f"{VIEW}.csv").write_text(f"customer_id,orders\n{many}ada,a lot\n")
    engine = duckdb_place.open()
    relation = await engine.relation({})
    with pytest.raises(ValueUnreadable, match="CSV Error on Line: 50002"):
        await engine.extract(relation.source, tmp_path / "out.parquet")
    assert list(tmp_path.glob("*out.parquet*")) == []
    await engine.close()


async def test_a_file_that_is_no_parquet_or_cannot_be_read_is_away(duckdb_place):
    (duckdb_place.folder / f"{VIEW}.parquet").write_text("nothing of the kind, though long enough to be one")
    with pytest.raises(SourceAway):
        await names(duckdb_place)


async def test_a_statement_that_takes_too_long_is_ended(duckdb_place, tmp_path):
    duckdb_place.put(VIEW, "SELECT range::text AS customer_id FROM range(100000)")
    engine = duckdb_place.open()
    relation = await engine.relation({})
    engine._worker._timeout_seconds = 1.0  # only now: to start the worker may take longer
    both = f"({relation.source}) AS a, ({relation.source}) AS b"
    pairs = f"SELECT count(*) AS n FROM {both} WHERE a.customer_id < b.customer_id || '1'"
    with pytest.raises(SourceSlow, match=r"within 1\.0 seconds"):
        await engine.extract(pairs, tmp_path / "out.parquet")
    assert list(tmp_path.glob("*out.parquet*")) == []
    await engine.close()


async def test_a_full_disk_leaves_nothing_half_written(duckdb_place, tmp_path):
    duckdb_place.put(VIEW, "SELECT range::text AS customer_id, random() AS r FROM range(200000)")
    engine = duckdb_place.open()
    relation = await engine.relation({})
    resource.prlimit(engine._worker.pid, resource.RLIMIT_FSIZE, (100_000, 100_000))
    with pytest.raises(DiskFull, match=str(tmp_path)):
        await engine.extract(relation.source, tmp_path / "out.parquet")
    assert list(tmp_path.glob("*out.parquet*")) == []
    await engine.close()


def test_a_full_disk_is_told_whoever_writes(tmp_path):
    def fill() -> None:
        with written_aside(tmp_path / "out"), Path("/dev/full").open("wb") as file:
            file.write(b"x")

    with pytest.raises(DiskFull, match=str(tmp_path)):
        fill()
    assert list(tmp_path.iterdir()) == []


async def test_a_lookup_does_not_wait_for_a_set(duckdb_place):
    duckdb_place.put(VIEW)
    engine = duckdb_place.open()
    columns = {each.name: ReadAs(each, each.natural) for each in await engine.columns()}
    with engine._worker._lock:
        assert (await engine.rows(["ada"], columns))["ada"]["orders"] == 3
    await engine.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read any file")
async def test_a_file_that_we_may_not_read_is_away(duckdb_place):
    path = duckdb_place.folder / f"{VIEW}.csv"
    path.write_text(ADA)
    path.chmod(0)
    with pytest.raises(SourceAway):
        await names(duckdb_place)


def test_the_folder_is_warehouse_in_home_unless_it_is_set(tmp_path: Path):
    own = Settings(home=tmp_path).customer_places(SHOP)
    assert own.folders == [tmp_path / "warehouse" / SHOP]
    assert Settings(warehouse_folders="/a, /b,").customer_places(SHOP).folders == [Path("/a/shop"), Path("/b/shop")]


def test_opening_a_source_starts_nothing(tmp_path):
    source = CustomerSource(source_id="crm", engine=SourceEngine.DUCKDB, location="shop")
    assert open_engine(SHOP, source, Settings(home=tmp_path), {})._worker.pid is None
