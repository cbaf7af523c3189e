"""What every engine does alike, over the same customers."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tessella.domain.errors import ColumnsChanged, KeysUnusable, SourceBroken, ViewGone
from tessella.domain.features.gate import micros
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import Form
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.sql import SetEvaluation, SqlContext, Stored
from tessella.ports.customer_engine import ReadAs
from tests.warehouse.customers.places import CUSTOMERS, ODD

pytestmark = pytest.mark.anyio

VIEW = "customer_features_view"


async def natural(engine) -> dict[str, ReadAs]:
    return {each.name: ReadAs(each, each.natural) for each in await engine.columns() if each.natural}


def moment(text: str) -> int:
    return micros(datetime.fromisoformat(text).replace(tzinfo=UTC))


@pytest.fixture
def read(duckdb_runner) -> Callable[[Path], list[tuple]]:
    """The rows of a Parquet file."""
    return lambda path: duckdb_runner.query(f"SELECT * FROM read_parquet('{path}')")


async def test_columns_have_the_names_and_the_classes_of_types_of_the_view_in_its_order(engine):
    found = [(each.name, each.stored, each.natural) for each in await engine.columns()]
    assert found == [
        ("customer_id", Stored.TEXT, FeatureType.STRING),
        ("spend", Stored.FLOAT, FeatureType.NUMBER),
        ("orders", Stored.INTEGER, FeatureType.INTEGER),
        ("member", Stored.BOOLEAN, FeatureType.BOOLEAN),
        ("seen", Stored.TIMESTAMP, FeatureType.TIMESTAMP),
        (
            "bought",
            Stored.TIMESTAMP if engine.dialect == "spark" else Stored.TIMESTAMP_WITH_ZONE,
            FeatureType.TIMESTAMP,
        ),
        ("born", Stored.DATE, FeatureType.TIMESTAMP),
        ("tags", Stored.TEXT_LIST, FeatureType.STRING_LIST),
        ("price", Stored.DECIMAL, FeatureType.NUMBER),
        (ODD, Stored.INTEGER, FeatureType.INTEGER),
    ]


async def test_rows_are_read_by_key_as_the_gate_normalises_them(engine):
    found = await engine.rows(["bob", "ada", "nobody", "it's"], await natural(engine))
    assert found == {
        "ada": {
            "customer_id": "ada", "spend": 532.26, "orders": 3, "member": True, "seen": moment("2026-06-30 12:00"),
            "bought": moment("2026-06-30 12:00"), "born": moment("1850-01-01"), "tags": ("a", "b"), "price": 1.5,
            ODD: 7,
        },
        "bob": {
            "customer_id": "bob", "member": False, "bought": moment("1890-12-31 23:59:59.5"),
            "born": moment("9999-12-31"), "tags": ("a",), ODD: 7,
        },
    }  # fmt: skip


async def test_a_moment_after_the_year_9999_and_an_integer_beyond_2_to_the_53_are_absent(engine):
    found = await engine.rows(["cy"], await natural(engine))
    assert found == {"cy": {"customer_id": "cy", "price": 2.25}}


async def test_a_column_is_read_as_the_type_that_its_feature_has(engine):
    columns = {each.name: each for each in await engine.columns()}
    wanted = {
        "as_number": ReadAs(columns["orders"], FeatureType.NUMBER),
        "as_text": ReadAs(columns["spend"], FeatureType.STRING),
    }
    assert await engine.rows(["ada"], wanted) == {"ada": {"as_number": 3.0}}


async def test_of_a_key_that_two_rows_have_neither_is_read(place):
    place.put(VIEW, "SELECT 'ada'::text AS customer_id, 1 AS n UNION ALL SELECT 'ada', 2 UNION ALL SELECT 'bob', 3")
    engine = place.open()
    assert await engine.rows(["ada", "bob"], await natural(engine)) == {"bob": {"customer_id": "bob", "n": 3}}
    await engine.close()


async def test_a_key_that_very_many_rows_have_ends_the_lookup_by_name(place):
    ada = "SELECT 'ada'::text AS customer_id"
    place.put(VIEW, " UNION ALL ".join([ada] * 5))
    engine = place.open()
    with pytest.raises(KeysUnusable, match="1 keys stand in two or more"):
        await engine.rows(["ada"], await natural(engine))
    await engine.close()


async def test_a_key_of_integers_is_found_by_the_text_of_its_integer_only(place):
    place.put(VIEW, "SELECT 7::bigint AS customer_id, 'x'::text AS name")
    engine = place.open()
    found = await engine.rows(["7", "07", "+7", "seven", "7.0", "9" * 30], await natural(engine))
    assert found == {"7": {"customer_id": 7, "name": "x"}}
    await engine.close()


async def test_a_statement_becomes_a_parquet_file_with_its_rows_in_order(engine, read, tmp_path):
    relation = await engine.relation({"tags": (await natural(engine))["tags"].column})
    sql = f"SELECT customer_id, spend, orders, member, tags FROM ({relation.source}) AS raw ORDER BY customer_id DESC"
    path = tmp_path / "out.parquet"
    assert await engine.extract(sql, path) == 3
    rows = read(path)
    assert [row[0] for row in rows] == ["cy", "bob", "ada"]
    assert rows[2] == ("ada", 532.26, 3, True, ["a", "b"])
    assert rows[0] == ("cy", None, 9007199254740993, None, None)
    assert rows[1][1] != rows[1][1]  # NaN
    assert [each.name for each in tmp_path.glob("*out.parquet*")] == ["out.parquet"]


async def test_texts_of_every_kind_and_empty_ones_survive_the_extraction(place, read, tmp_path):
    texts = ["", "a,b", 'say "x"', "it''s", "new\nline", "\\N", "NULL", "日本 😀", " "]
    rows = " UNION ALL ".join(
        f"SELECT '{at}'::text AS customer_id, '{text}'::text AS t" for at, text in enumerate(texts)
    )
    place.put(VIEW, f"{rows} UNION ALL SELECT '9', NULL")
    engine = place.open()
    relation = await engine.relation({})
    await engine.extract(f"SELECT t FROM ({relation.source}) AS raw ORDER BY customer_id", tmp_path / "out.parquet")
    assert [row[0] for row in read(tmp_path / "out.parquet")] == [*(t.replace("''", "'") for t in texts), None]
    await engine.close()


async def test_a_statement_without_rows_becomes_a_file_without_rows(engine, read, tmp_path):
    relation = await engine.relation({})
    assert (
        await engine.extract(f"SELECT customer_id FROM ({relation.source}) AS raw WHERE FALSE", tmp_path / "o.parquet")
        == 0
    )
    assert read(tmp_path / "o.parquet") == []


async def test_segments_are_evaluated_where_the_customers_are(engine, read, tmp_path):
    columns = {name: each.column for name, each in (await natural(engine)).items()}
    features = Schema([Feature(name, each.natural) for name, each in columns.items()])
    rules = {"spent": {"gt": ["spend", 200]}, "tagged": {"contains": ["tags", "a"]}, "odd": {"eq": [ODD, 7]}}
    trees = {name: parse_rule(rule, Form.DSL, features) for name, rule in rules.items()}
    evaluation = SetEvaluation(SqlContext(engine.dialect, 0), await engine.relation(columns), features, trees)
    (statement,) = evaluation.membership(list(trees))
    assert await engine.extract(statement.sql, tmp_path / "out.parquet") == 3
    assert sorted(read(tmp_path / "out.parquet")) == [
        ("ada", True, True, True), ("bob", False, True, True), ("cy", False, False, False)
    ]  # fmt: skip


async def test_statistics_tell_what_the_sampled_rows_hold(engine):
    told = await engine.statistics(await engine.columns())
    assert (told.rows, told.is_whole) == (3, True)
    spend, orders, tags, born = (told.columns[name] for name in ("spend", "orders", "tags", "born"))
    assert (spend.absent_share, spend.distinct, spend.lowest, spend.highest) == (
        pytest.approx(2 / 3),
        1,
        532.26,
        532.26,
    )
    assert spend.top == ((532.26, 1),)
    assert orders.absent_share == pytest.approx(2 / 3)
    assert (born.lowest, born.highest) == (moment("1850-01-01"), moment("9999-12-31"))
    assert tags.top == (("a", 2), ("b", 1))
    assert (tags.lowest, told.columns["customer_id"].lowest) == (None, None)
    assert told.columns[ODD].top == ((7, 2),)


async def test_keys_that_are_one_a_customer_are_counted(engine):
    assert await engine.check_keys() == 3


async def test_missing_empty_overlong_and_repeated_keys_are_counted_and_not_shown(place):
    keys = ["'ada'", "'ada'", "'ada'", "'bob'", "'bob'", "'cy'", "NULL", "NULL", "''", f"'{'x' * 257}'"]
    place.put(VIEW, " UNION ALL ".join(f"SELECT {key}::text AS customer_id" for key in keys))
    engine = place.open()
    with pytest.raises(KeysUnusable) as failure:
        await engine.check_keys()
    assert (failure.value.missing, failure.value.repeated) == (4, 2)
    assert "ada" not in failure.value.message
    await engine.close()


async def test_a_view_that_is_not_there_is_named(place):
    engine = place.open(view="nothing_of_the_kind")
    with pytest.raises(ViewGone, match="nothing_of_the_kind"):
        await engine.columns()
    await engine.close()


async def test_a_view_without_the_key_or_the_moment_of_change_is_refused_by_name(place):
    place.put(VIEW)
    engine = place.open(key="id", updated_at="changed_at")
    with pytest.raises(ColumnsChanged, match='"id" is missing; "changed_at" is missing'):
        await engine.columns()
    await engine.close()


async def test_a_column_that_goes_or_changes_its_type_is_named_and_leaves_no_file(place, tmp_path):
    place.put(VIEW)
    engine = place.open()
    columns = await natural(engine)
    relation = await engine.relation({})
    place.remove(VIEW)
    place.put(VIEW, f"SELECT customer_id, 'x'::text AS spend, member FROM ({CUSTOMERS}) AS old")
    with pytest.raises(ColumnsChanged, match=r'"spend" was .*; "orders" is gone; "seen" is gone'):
        await engine.extract(f"SELECT orders FROM ({relation.source}) AS raw", tmp_path / "out.parquet")
    with pytest.raises(ColumnsChanged, match='"spend" was '):
        await engine.extract(f"SELECT spend FROM ({relation.source}) AS raw", tmp_path / "out.parquet")
    with pytest.raises(ColumnsChanged, match='"orders" is gone'):
        await engine.rows(["ada"], {"orders": columns["orders"]})
    assert [each for each in tmp_path.iterdir() if "out.parquet" in each.name] == []
    await engine.close()


async def test_a_view_that_vanishes_is_named(place, tmp_path):
    place.put(VIEW)
    engine = place.open()
    relation = await engine.relation({})
    place.remove(VIEW)
    with pytest.raises(ViewGone):
        await engine.extract(f"SELECT customer_id FROM ({relation.source}) AS raw", tmp_path / "out.parquet")
    await engine.close()


async def test_what_is_there_already_stays_when_an_extraction_fails(engine, tmp_path):
    path = tmp_path / "out.parquet"
    path.write_bytes(b"the last good one")
    await engine.columns()
    with pytest.raises(SourceBroken, match=r"(?i)\"crm.eu\" could not answer: .*nonsense"):
        await engine.extract("SELECT nonsense", path)
    assert path.read_bytes() == b"the last good one"


async def test_a_view_of_very_many_columns_is_described_and_sampled(place):
    columns = 1_500 if place.engine == "postgresql" else 2_000  # PostgreSQL allows 1,600
    place.put(VIEW, f"SELECT 'ada'::text AS customer_id, {', '.join(f'{at} AS c{at}' for at in range(columns - 1))}")
    engine = place.open()
    found = await engine.columns()
    assert len(found) == columns
    some = found[-300:]
    told = await engine.statistics(some[::10])
    assert told.columns[f"c{columns - 11}"].top == ((columns - 11, 1),)
    row = await engine.rows(["ada"], {each.name: ReadAs(each, each.natural) for each in some})
    assert row["ada"] == {f"c{at}": at for at in range(columns - 301, columns - 1)}
    await engine.close()
