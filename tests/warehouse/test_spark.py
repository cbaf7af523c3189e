"""What only Spark gets wrong: settings in place of texts, names of columns, session settings, dates beyond moments."""

from collections.abc import Callable, Sequence

import pytest

from tessella.domain.errors import NotSqlCapable
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import Form
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.sql import RawColumn, Relation, SetEvaluation, SqlContext, Stored, stored_as
from tests.warehouse.engines import Runner
from tests.warehouse.raw_columns import Raw
from tests.warehouse.rule_generator import NOW_US

SCHEMA = Schema([Feature("text", FeatureType.STRING), Feature("list", FeatureType.STRING_LIST)])
SETTING = "${env:HOME}"
TEXTS = [
    SETTING, "${spark.master}", "\\${env:HOME}", "$1", "\\u0024", "it''s", "a\\'b", "\\", "\x01", "%", "`", "\r\n",
]  # fmt: skip


def members(runner: Runner, rule: object, column: str = "text") -> set[str]:
    (found,) = all_members(runner, [rule], column)
    return found


def all_members(runner: Runner, rules: Sequence[object], column: str = "text") -> list[set[str]]:
    """The members of each rule, by one statement."""
    columns = {"text": RawColumn(column, Stored.TEXT), "list": RawColumn("list", Stored.TEXT_LIST)}
    relation = Relation("SELECT * FROM texts", "id", columns)
    segments = {f"s{at}": parse_rule(rule, Form.DSL, SCHEMA) for at, rule in enumerate(rules)}
    (only,) = SetEvaluation(SqlContext("spark", NOW_US), relation, SCHEMA, segments).membership(list(segments))
    rows = runner.query(only.sql)
    return [{subject_id for subject_id, *truths in rows if truths[at]} for at in range(len(rules))]


def stored(runner: Runner, *texts: str, column: str = "text") -> None:
    raws = [
        Raw(column, FeatureType.STRING, Stored.TEXT, None, None, "STRING", ()),
        Raw("list", FeatureType.STRING_LIST, Stored.TEXT_LIST, None, None, "ARRAY<STRING>", ()),
    ]
    runner.load("texts", raws, [(text, at, text, [text]) for at, text in enumerate(texts)])


@pytest.mark.parametrize(
    ("operator", "holds"), [("eq", str.__eq__), ("starts_with", str.startswith), ("contains", str.__contains__)]
)
def test_a_text_stands_for_itself_whatever_spark_reads_in_it(
    spark_runner: Runner, operator: str, holds: Callable[[str, str], bool]
) -> None:
    everybody = [*TEXTS, "/root", "local[2]", "its"]
    stored(spark_runner, *everybody)
    found = all_members(spark_runner, [{operator: ["text", text]} for text in TEXTS])
    assert found == [{each for each in everybody if holds(each, text)} for text in TEXTS]


def test_an_item_of_a_list_stands_for_itself(spark_runner: Runner) -> None:
    stored(spark_runner, SETTING, "a\\b")
    assert members(spark_runner, {"contains": ["list", SETTING]}) == {SETTING}
    assert members(spark_runner, {"contains": ["list", "a\\b"]}) == {"a\\b"}


@pytest.mark.parametrize("name", ['select "x"; --', "a`b", "a.b", "ü ber"])
def test_a_column_may_have_any_name(spark_runner: Runner, name: str) -> None:
    stored(spark_runner, "a", "b", column=name)
    assert members(spark_runner, {"eq": ["text", "a"]}, column=name) == {"a"}


def test_a_column_named_as_a_setting_is_refused(spark_runner: Runner) -> None:
    with pytest.raises(NotSqlCapable, match="Spark would put a setting in its place"):
        members(spark_runner, {"eq": ["text", "a"]}, column=SETTING)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("array<string>", Stored.TEXT_LIST),
        ("array<int>", Stored.OTHER),
        ("bigint", Stored.INTEGER),
        ("binary", Stored.OTHER),
        ("boolean", Stored.BOOLEAN),
        ("date", Stored.DATE),
        ("decimal(18,3)", Stored.DECIMAL),
        ("double", Stored.FLOAT),
        ("float", Stored.FLOAT),
        ("map<string,string>", Stored.OTHER),
        ("string", Stored.TEXT),
        ("string collate UTF8_LCASE", Stored.TEXT),
        ("timestamp", Stored.TIMESTAMP),
        ("timestamp_ntz", Stored.TIMESTAMP),
        ("tinyint", Stored.INTEGER),
        ("varchar(9)", Stored.TEXT),
    ],
)
def test_a_type_is_known_by_the_name_that_spark_gives(name: str, kind: Stored) -> None:
    assert stored_as(name) is kind
