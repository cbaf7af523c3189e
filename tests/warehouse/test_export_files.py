"""Files of members: no formulas, no half files, no way out of the namespace's folder."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tessella.domain.audiences.exported import csv_sql, parquet_sql
from tessella.domain.audiences.matches import MATCHES, with_matches
from tessella.domain.errors import DiskFull, ExportNotWritten, ExportRefused, QueryFailed
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Namespace
from tessella.domain.own_places import OwnPlaces
from tessella.ports.audience_reading import FileForm
from tessella.warehouse.audiences import ExportFiles
from tessella.warehouse.audiences.targets import LocalTarget, find_target
from tessella.warehouse.duckdb import DuckDBWorker
from tests.audience_files import audience, write

pytestmark = pytest.mark.anyio

SHOP = Namespace("shop")
STARTS = "=+-@\t\r\n"
COLUMNS = [
    ("name", FeatureType.STRING, "f0"), ("seen", FeatureType.TIMESTAMP, "f1"), ("tags", FeatureType.STRING_LIST, "f2"),
    ("spend", FeatureType.NUMBER, "f3"), ("is_in", FeatureType.BOOLEAN, "f4"),
]  # fmt: skip
SEEN = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)


@pytest.fixture(scope="module")
def worker() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="300MB", threads=1) as worker:
        yield worker


@pytest.fixture
def places(tmp_path: Path) -> OwnPlaces:
    return OwnPlaces(SHOP, [tmp_path / "exports" / SHOP], ["memory://bucket"])


@pytest.fixture
def files(worker: DuckDBWorker, places: OwnPlaces) -> ExportFiles:
    return ExportFiles(worker, places)


def read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file, strict=True))


def rows(worker: DuckDBWorker, folder: Path):
    told = audience(["vip"], {name: kind for name, kind, _ in COLUMNS})
    values = {
        "name": "=1+1",
        "seen": int(SEEN.timestamp() * 1_000_000),
        "tags": ("=a", 'b"'),
        "spend": -5.5,
        "is_in": True,
    }
    return write(worker, folder, told, [("-x", {"vip"}, values), ("b", set(), values), ("c", {"vip"}, {})])


async def test_a_csv_file_has_every_member_and_no_cell_that_a_spreadsheet_would_run(
    worker: DuckDBWorker, files: ExportFiles, tmp_path: Path
) -> None:
    held = rows(worker, tmp_path)
    written = await files.write(csv_sql(held.sql, held.member("vip"), COLUMNS), {}, FileForm.CSV, "a/vip.csv")
    path = tmp_path / "exports" / "shop" / "a" / "vip.csv"
    assert (written.place, written.rows, written.bytes) == (str(path), 2, path.stat().st_size)
    assert read(path) == [
        ["subject_id", "name", "seen", "tags", "spend", "is_in"],
        ["'-x", "'=1+1", "2026-01-02T03:04:05.000678Z", '["=a","b\\""]', "-5.5", "true"],
        ["c", "", "", "", "", ""],
    ]
    assert path.read_bytes().count(b"\r\n") == 3
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_a_parquet_file_has_the_values_as_they_are(
    worker: DuckDBWorker, files: ExportFiles, tmp_path: Path
) -> None:
    held = rows(worker, tmp_path)
    written = await files.write(parquet_sql(held.sql, held.member("vip"), COLUMNS), {}, FileForm.PARQUET, "vip.parquet")
    assert worker.query(f"FROM read_parquet('{written.place}')") == [
        ("-x", "=1+1", SEEN, ["=a", 'b"'], -5.5, True), ("c", None, None, None, None, None),
    ]  # fmt: skip


MATCHED = [
    ("a", {"vip", "rich"}, {}), ("b", set(), {}), ("c", {"asleep"}, {}), ("d", {"rich", "=x"}, {}),
]  # fmt: skip


@pytest.fixture
def everybody(worker: DuckDBWorker, tmp_path: Path) -> str:
    told = replace(audience(["vip", "rich", *(f"none{at}" for at in range(62)), "=x", "asleep"], {}), tried=65)
    return with_matches(write(worker, tmp_path, told, MATCHED).sql, told)


async def test_everybody_has_the_first_match_and_all_segments_that_hold_them(
    worker: DuckDBWorker, files: ExportFiles, everybody: str
) -> None:
    written = await files.write(parquet_sql(everybody, "TRUE", MATCHES), {}, FileForm.PARQUET, "all.parquet")
    assert worker.query(f"SELECT subject_id, segment_id, segments FROM read_parquet('{written.place}')") == [
        ("a", "vip", ["vip", "rich"]), ("b", "default", []), ("c", "default", ["asleep"]),
        ("d", "rich", ["rich", "=x"]),
    ]  # fmt: skip


async def test_the_matches_of_everybody_are_json_in_a_csv_file(
    files: ExportFiles, everybody: str, tmp_path: Path
) -> None:
    await files.write(csv_sql(everybody, "TRUE", MATCHES), {}, FileForm.CSV, "all.csv")
    assert read(tmp_path / "exports/shop/all.csv") == [
        ["subject_id", "segment_id", "segments"],
        ["a", "vip", '["vip","rich"]'], ["b", "default", "[]"], ["c", "default", '["asleep"]'],
        ["d", "rich", '["rich","=x"]'],
    ]  # fmt: skip


@given(
    texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), min_size=1, max_size=20)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
async def test_any_text_comes_back_from_csv_as_it_was_but_for_the_mark_before_a_formula(
    worker: DuckDBWorker, files: ExportFiles, tmp_path: Path, texts: list[str]
) -> None:
    told = audience(["vip"], {"name": FeatureType.STRING})
    held = write(worker, tmp_path, told, [(f"s{at:03}", {"vip"}, {"name": text}) for at, text in enumerate(texts)])
    await files.write(csv_sql(held.sql, held.member("vip"), COLUMNS[:1]), {}, FileForm.CSV, "any.csv")
    found = [name for _, name in read(tmp_path / "exports/shop/any.csv")[1:]]
    assert found == [f"'{text}" if text[0] in STARTS else text for text in texts]


async def test_who_opted_out_is_in_no_file(worker: DuckDBWorker, files: ExportFiles, tmp_path: Path) -> None:
    from tessella.usecases.audiences.rows import without

    held = rows(worker, tmp_path)
    kept = without(held.audience, held.sql, ["c"])
    await files.write(csv_sql(kept.sql, kept.member("vip"), []), kept.parameters, FileForm.CSV, "vip.csv")
    assert read(tmp_path / "exports/shop/vip.csv") == [["subject_id"], ["'-x"]]


async def test_a_full_disk_leaves_nothing_and_what_was_there_before_stays(
    worker: DuckDBWorker, places: OwnPlaces, tmp_path: Path
) -> None:
    kept = tmp_path / "exports/shop/vip.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("before")
    with DuckDBWorker(memory_limit="300MB", threads=1) as bounded:
        bounded.query("SELECT 1")
        limit_file_size(bounded.pid, 100_000)
        with pytest.raises(DiskFull):
            await ExportFiles(bounded, places).write(
                "SELECT 'x' || range AS subject_id FROM range(1_000_000)", {}, FileForm.CSV, "vip.csv"
            )
    assert [each.name for each in kept.parent.iterdir()] == ["vip.csv"]
    assert kept.read_text() == "before"


def limit_file_size(pid: int, size: int) -> None:
    """As a full disk: the worker can write no further."""
    import resource

    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, size))


async def test_a_statement_that_fails_leaves_nothing(files: ExportFiles, tmp_path: Path) -> None:
    with pytest.raises(QueryFailed):
        await files.write("SELECT nothing FROM nowhere", {}, FileForm.CSV, "vip.csv")
    assert list((tmp_path / "exports" / "shop").iterdir()) == []


async def test_a_place_that_cannot_be_written_to_is_told_by_name(files: ExportFiles, tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "shop").write_text("a file")
    with pytest.raises(ExportNotWritten, match=r"exports/shop/vip\.csv: (not a directory|file exists)"):
        await files.write("SELECT 1", {}, FileForm.CSV, "vip.csv")


async def test_a_url_of_the_namespace_gets_the_whole_file_and_no_part_of_it(files: ExportFiles) -> None:
    written = await files.write("SELECT 'a' AS subject_id", {}, FileForm.CSV, "memory://bucket/vip.csv")
    memory = fsspec.filesystem("memory")
    assert memory.cat("/bucket/vip.csv") == b"subject_id\r\na\r\n"
    assert (written.place, written.rows, written.bytes) == ("memory://bucket/vip.csv", 1, 15)
    assert memory.ls("/bucket", detail=False) == ["/bucket/vip.csv"]


@pytest.mark.parametrize(
    "target",
    [
        "../other/x.csv", "/etc/passwd", "a/../../other/x.csv", "", " ", "folder/", ".", "x\0.csv", "link/x.csv",
        "file:///etc/passwd", "local:///etc/passwd", "FILE:///etc/passwd", "s3://bucket/x.csv",
        "simplecache::memory://x.csv", "memory://simplecache::file:///etc/passwd",
        "memory://bucket/../b.csv", "memory://bucket-2/b.csv", "memory://b.csv", "memory://bucket/%2e%2e/b.csv",
    ],
)  # fmt: skip
def test_a_place_outside_of_the_namespaces_exports_is_refused(places: OwnPlaces, tmp_path: Path, target: str) -> None:
    own = tmp_path / "exports" / "shop"
    own.mkdir(parents=True)
    (own / "link").symlink_to(tmp_path)
    with pytest.raises(ExportRefused):
        find_target(target, places)


def test_a_target_is_found_by_its_name_or_its_whole_path(places: OwnPlaces, tmp_path: Path) -> None:
    path = (tmp_path / "exports" / "shop" / "vip.csv").resolve()
    assert find_target("vip.csv", places) == find_target(str(path), places) == LocalTarget(path)
