"""Sources that go wrong under a calculation: the last good audience stays in use, and says since when and why."""

import os
import signal
from pathlib import Path

import duckdb as embedded
import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import (
    ColumnsChanged,
    Faults,
    KeysUnusable,
    SourceSlow,
    ValueUnreadable,
    ViewGone,
)
from tessella.ports.audiences import CalculationKind
from tessella.settings import Settings
from tessella.usecases.audiences.export_members import read_export
from tessella.usecases.audiences.preview_rule import PreviewRequest
from tessella.warehouse.audiences import AudienceReader, ExportFiles
from tests.customers import storage_over
from tests.database import define, session_of
from tests.sharing import share
from tests.usecases.audiences import calculated, held, segment
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

VIEW = "customer_features_view"
HEADER, GOOD = "customer_id,spent,status\n", "ada,250.5,active\nbob,10.5,gone\n"
MANY = "".join(f"c{at},{at}.5,active\n" for at in range(30_000))
#: What the file of the source is, and what is said of it.
SPOILT = {
    "customer_id,spent,status\nada,1.5,a\nada,2.5,b\n": KeysUnusable,
    "customer_id,spent,status\n,1.5,a\nbob,2.5,b\n": KeysUnusable,
    "customer_id,status\nada,active\n": Faults,
    f"{HEADER}ada,plenty,active\n": Faults,
    f"{HEADER}{MANY}ada,plenty,active\n": ValueUnreadable,
    "id;what\n": ColumnsChanged,
    None: ViewGone,
}


@pytest.fixture
def folder(tmp_path, namespace) -> Path:
    path = tmp_path / "warehouse" / namespace
    path.mkdir(parents=True)
    return path


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await define(session, Kind.SOURCE, "shop", source_id="shop", engine="duckdb", location=".")
    return session


@pytest.fixture
async def shop(session, folder):
    """The session where the source has customers and a segment reads them."""
    (folder / f"{VIEW}.csv").write_text(HEADER + GOOD)
    await declare(session, "spent", type_="number", source="warehouse")
    await segment(session, "rich", {"gt": ["spent", 200]})
    return session


async def test_whatever_becomes_of_a_source_the_last_good_audience_stays_and_says_since_when_it_is_stale(
    shop, duckdb, opened, folder
):
    good = await calculated(shop, duckdb, open_engine=opened)
    view, failed = folder / f"{VIEW}.csv", []
    for content, error in SPOILT.items():
        view.unlink() if content is None else view.write_text(content)
        with pytest.raises(error) as refused:
            await calculated(shop, duckdb, open_engine=opened, kind=CalculationKind.FULL)
        failed += await shop.calculations(1)
        found = await usecases.segment_counts(shop, trend=9)
        assert (found.audience.version, [each.members for each in found.counts]) == (good.version, [1])
        assert (found.stale.since, found.stale.problem) == (failed[0].ended_at, refused.value.message)
    assert (await held(shop, duckdb))["rich"] == {"ada"}
    view.write_text(f"{HEADER}{GOOD}cy,900.5,active\n")
    await calculated(shop, duckdb, open_engine=opened)
    assert (await usecases.segment_counts(shop, trend=1)).stale is None
    assert (await held(shop, duckdb))["rich"] == {"ada", "cy"}


async def test_a_source_that_hangs_ends_the_calculation_by_its_timeout_and_the_last_audience_stays(
    shop, duckdb, opened, opened_alone
):
    def hanging(namespace, source):
        engine = opened_alone(namespace, source)
        engine._worker.query("SELECT 1")
        os.kill(engine._worker.pid, signal.SIGSTOP)
        engine._worker._timeout_seconds = 0.2
        return engine

    good = await calculated(shop, duckdb, open_engine=opened)
    with pytest.raises(SourceSlow, match=r"within 0\.2 seconds"):
        await calculated(shop, duckdb, open_engine=hanging, kind=CalculationKind.FULL)
    found = await usecases.segment_counts(shop, trend=1)
    assert (found.audience.version, "0.2 seconds" in found.stale.problem) == (good.version, True)


#: Of each customer a text, and moments before 1900 and at the ends of what a timestamp can be.
ODD = """
    SELECT * FROM (VALUES
        ('ada', '=1+1', TIMESTAMP '1066-10-14 09:00:00', DATE '1899-12-31'),
        ('bob', '"; --', TIMESTAMP '1899-12-31 23:59:59.999999', DATE '0001-01-01'),
        ('cy', NULL, TIMESTAMP '9999-12-31 23:59:59.999999', DATE '9999-12-31'),
        ('dan', 'x', TIMESTAMP '10000-01-01 00:00:00', DATE '10000-01-01'),
        ('eve', 'x', TIMESTAMP '0044-03-15 (BC) 00:00:00', DATE '0044-03-15 (BC)'),
        ('fay', 'x', NULL, NULL)
    ) AS odd (customer_id, "select ""x""; --", seen, born)
"""
OLD = {"lt": ["seen", "1900-01-01T00:00:00Z"]}
RULES = {
    "old": (OLD, {"ada", "bob"}),
    "late": ({"gte": ["born", "9999-12-31T00:00:00Z"]}, {"cy"}),
    "never": ({"not": {"exists": ["seen"]}}, {"dan", "eve", "fay"}),
    "quoted": ({"eq": ["odd", '"; --']}, {"bob"}),
}


@pytest.fixture
async def odd(session, folder):
    """The session where a column has an odd name, and columns hold odd moments."""
    embedded.sql(f"COPY ({ODD}) TO '{folder / VIEW}.parquet' (FORMAT parquet)")
    await declare(session, "odd", type_="string", source="warehouse", column='select "x"; --')
    for name in ("seen", "born"):
        await declare(session, name, type_="timestamp", source="warehouse")
    for name, (expr, _) in RULES.items():
        await segment(session, name, expr)
    return session


async def test_a_column_of_any_name_and_moments_of_any_year_mean_the_same_all_the_way(
    odd, duckdb, opened, tmp_path, namespace
):
    await calculated(odd, duckdb, open_engine=opened)
    members = await held(odd, duckdb)
    assert {name: members[name] for name in RULES} == {name: wanted for name, (_, wanted) in RULES.items()}
    settings = Settings(home=tmp_path)
    reader = AudienceReader(settings)
    for name, (expr, wanted) in RULES.items():
        assert set((await usecases.preview_rule(odd, reader, PreviewRequest(expr))).examples) == wanted, name
    page = await usecases.list_members(odd, reader, "old", after=None, limit=10)
    assert page.subjects == ["ada", "bob"]
    profiled = await usecases.profile_segment(odd, reader, "old")
    assert (profiled.subjects, profiled.rest) == (2, 4)
    await reader.close()
    asked = read_export({"segment_id": "old", "target": "old.csv", "form": "csv", "features": ["odd", "seen", "born"]})
    files = ExportFiles(duckdb, settings.export_places(namespace))
    await share(odd, ["ada", "bob"])
    written = await usecases.export_members(odd, files, asked)
    assert lines(written.written.place) == [
        "subject_id,odd,seen,born",
        "ada,'=1+1,1066-10-14T09:00:00.000000Z,1899-12-31T00:00:00.000000Z",
        'bob,"""; --",1899-12-31T23:59:59.999999Z,0001-01-01T00:00:00.000000Z',
    ]


@pytest.fixture
async def wide(database, namespace, folder, tmp_path):
    """A session whose source has 2,000 columns, each declared."""
    values = ", ".join(f"(range * {at} % 97)::INTEGER AS c{at}" for at in range(2_000))
    view = f"SELECT 'k' || range AS customer_id, {values} FROM range(500)"
    embedded.sql(f"COPY ({view}) TO '{folder / VIEW}.parquet' (FORMAT parquet)")
    async with storage_over(database, tmp_path) as storage:
        await storage.administration.create_namespace(namespace)
        session = await session_of(storage, namespace)
        await define(session, Kind.SOURCE, "shop", source_id="shop", engine="duckdb", location=".")
        assert len((await usecases.declare_all_columns(session, "shop")).features) == 2_000
        yield session


@pytest.mark.long
async def test_a_view_of_2_000_columns_is_counted_previewed_listed_and_profiled(wide, duckdb, opened, tmp_path):
    last = {"gt": ["c1999", 48]}
    await segment(wide, "last", last)
    stored = await calculated(wide, duckdb, open_engine=opened)
    expected = {f"k{at}" for at in range(500) if at * 1_999 % 97 > 48}
    assert (stored.subjects, (await held(wide, duckdb))["last"]) == (500, expected)
    reader = AudienceReader(Settings(home=tmp_path))
    assert (await usecases.preview_rule(wide, reader, PreviewRequest(last))).counts.nodes[0].count == len(expected)
    page = await usecases.list_members(wide, reader, "last", after=None, limit=1_000)
    assert set(page.subjects) == expected
    profiled = await usecases.profile_segment(wide, reader, "last")
    told = {each.feature: each for each in profiled.differences}
    assert (told["c1999"].is_sure, len(told) > 1_900) == (True, True)
    await reader.close()


def lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
