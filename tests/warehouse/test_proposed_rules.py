"""On the demo's real receipts: the SQL of a proposed rule gives the very subjects that were measured."""

import json
from importlib.resources import files

import pytest

from tessella.demo.load import AS_OF
from tessella.domain.features.computation import EVENTS, Computation
from tessella.domain.features.gate import DAY_US, normalise
from tessella.domain.features.kinds.parse import computed
from tessella.domain.features.readings import PROPERTY
from tessella.domain.features.schema import Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant
from tessella.domain.personalization.vector import VECTOR_FIELDS
from tessella.domain.rules.dsl import parse_dsl
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.sql import RawColumn, Relation, SetEvaluation, SqlContext, stored_as
from tessella.domain.segments.proposing.find import find_groups
from tessella.domain.segments.proposing.outcomes import After
from tessella.domain.segments.proposing.proposals import Behaviour
from tessella.domain.segments.proposing.search import Search
from tessella.files.definitions import read_folder
from tessella.warehouse.duckdb import DuckDBWorker
from tests.duckdb_rows import load_rows

DEMO = files("tessella.demo")
CUT = Instant(AS_OF - 28 * DAY_US)
TYPES = {
    FeatureType.NUMBER: "DOUBLE", FeatureType.INTEGER: "BIGINT", FeatureType.STRING: "VARCHAR",
    FeatureType.TIMESTAMP: "TIMESTAMP",
}  # fmt: skip
BOUGHT_AFTER = f"SELECT subject_id, count(*) FROM receipts WHERE occurred_at > {CUT} GROUP BY subject_id"


@pytest.fixture(scope="module")
def duckdb():
    """A third of the households, with their receipts."""
    with DuckDBWorker(memory_limit="1GB") as worker:
        for table in ("transactions", "products"):
            worker.execute(f"CREATE VIEW {table} AS FROM read_parquet('{DEMO / 'data' / table}.parquet')")
        third = f"SELECT * FROM ({(DEMO / 'events.sql').read_text()}) WHERE subject_id::BIGINT % 3 = 0"
        worker.execute(f"CREATE TABLE receipts AS {third}")
        yield worker


@pytest.fixture(scope="module")
def facts():
    """What is known of households, without the vector, whose figures say the same in other words."""
    declared = read_folder(DEMO / "definitions").features.values()
    of_households = (feature for feature in declared if feature.name not in VECTOR_FIELDS)
    return [feature for feature in of_households if feature.kind and not feature.personal]


@pytest.fixture(scope="module")
def known(duckdb, facts):
    """What was known of each household at the cut."""
    types = {feature.name: feature.type for feature in facts}
    computation = Computation(computed(facts), types, CUT)
    columns = (
        f"json_extract(properties, '$.{field.removeprefix(PROPERTY)}')::VARCHAR AS {name}"
        if field.startswith(PROPERTY)
        else name
        for name, field in zip(computation.columns(), computation.fields(), strict=True)
    )
    duckdb.execute(f"CREATE TABLE {EVENTS} AS SELECT {', '.join(columns)} FROM receipts")
    told: dict[str, dict[str, object]] = {}
    for subject, name, written, _ in duckdb.query(computation.sql()):
        told.setdefault(subject, {})[name] = normalise(json.loads(written), types[name])
    return told


@pytest.fixture(scope="module")
def found(duckdb, facts, known):
    after = {subject: After(count) for subject, count in duckdb.query(BOUGHT_AFTER)}
    return find_groups(Search(CUT), known, after, facts)


def members_in_sql(duckdb, facts, known, rule):
    names = {feature.name: f"c{at}" for at, feature in enumerate(facts)}
    columns = {"id": "VARCHAR", **{names[feature.name]: TYPES[feature.type] for feature in facts}}
    rows = [[subject, *(told.get(name) for name in names)] for subject, told in known.items()]
    typed = {name: "BIGINT" if kind == "TIMESTAMP" else kind for name, kind in columns.items()}
    load_rows(duckdb, "loaded", typed, rows)
    selected = (f"make_timestamp({name}) AS {name}" if kind == "TIMESTAMP" else name for name, kind in columns.items())
    raw = {name: RawColumn(column, stored_as(columns[column])) for name, column in names.items()}
    relation = Relation(f"SELECT {', '.join(selected)} FROM loaded", "id", raw)
    sets = SetEvaluation(SqlContext("duckdb", CUT), relation, Schema(facts), {"proposed": rule})
    (only,) = sets.membership(["proposed"])
    return {subject for subject, truth in duckdb.query(only.sql) if truth}


def test_real_households_that_stayed_away_are_found_and_sql_finds_the_same_ones(duckdb, facts, known, found):
    assert found.subjects == len(known) > 800
    assert Behaviour.CHURN in {group.behaviour for group in found.groups}
    for group in found.groups:
        rule = parse_dsl(group.rule, Schema(facts))
        in_sql = members_in_sql(duckdb, facts, known, rule)
        assert in_sql == {subject for subject, told in known.items() if evaluate(rule, told, CUT, {})}
        assert len(in_sql) == group.support


def test_the_less_a_household_bought_lately_the_less_it_comes_back(found):
    best = found.groups[0]
    assert best.behaviour is Behaviour.CHURN
    assert best.lift > 1.5
    assert any(
        name in best.sentence
        for name in ("days_since_last_purchase", "baskets_28d", "last_play_ts", "spend_84d_usd is at most")
    )
