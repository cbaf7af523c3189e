"""Checks that decide the same subjects online and set-wise: real disagreements are found, and time is none."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tessella import usecases
from tessella.domain.alerts.alert import AlertState
from tessella.domain.audiences.agreement import Against
from tessella.domain.definitions import Kind
from tessella.domain.errors import NothingCalculated, ViewGone, WrongShape
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.usecases.consistency.asked import CheckAsked, read_check
from tessella.warehouse.duckdb import DuckDBWarehouse
from tests.database import define, fresh_namespace, session_of
from tests.usecases.audiences import NOW, calculated, know, segment
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

HEADER = "customer_id,total_revenue,status\n"
CUSTOMERS = "c1,250.5,active\nc2,10,active\nc3,300,\nboth,900,gone\n"
SEGMENTS = {
    "by-night": {"gte": ["ctx.hour", 0]},
    "rich": {"gt": ["total_revenue", 200]},
    "new": {"lte_days_since": ["signed_up_at", 30]},
    "unpaid": {"not": {"exists": ["total_revenue"]}},
    "rich-vip": {"all": [{"in_segment": ["rich"]}, {"eq": ["tier", "VIP"]}]},
}

PRIORITIES = ["unpaid", "new", "rich", "by-night", "rich-vip"]


@pytest.fixture
def source(tmp_path, namespace) -> Path:
    path = tmp_path / "warehouse" / namespace / "customer_features_view.csv"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + CUSTOMERS)
    return path


@pytest.fixture
async def session(storage, namespace, source):
    session = await session_of(storage, namespace)
    await declare(session, "tier", type_="string")
    await declare(session, "signed_up_at", type_="timestamp")
    await define(session, Kind.SOURCE, "shop", source_id="shop", engine="duckdb", location=str(source.parent))
    for name, kind in {"total_revenue": "number", "status": "string"}.items():
        await declare(session, name, type_=kind, source="warehouse")
    await know(session, {"both": {"tier": "VIP"}, "fact": {"tier": "gold", "signed_up_at": "2025-12-20T00:00:00Z"}})
    for segment_id, expr in SEGMENTS.items():
        await segment(session, segment_id, expr, priority=PRIORITIES.index(segment_id))
    await segment(session, "resting", {"eq": ["status", "active"]}, active=False)
    return session


async def checked(session, duckdb, open_engine, *, subjects: int = 100, seed: int = 7):
    asked = CheckAsked(subjects, seed)
    done: list[float] = []
    stored = await usecases.check_consistency(
        session, DuckDBWarehouse(duckdb), open_engine, asked, done.append, settle_seconds=0
    )
    assert done == sorted(done)
    assert done
    return stored.report


def by_lookup(opened: Callable, change: Callable) -> Callable:
    """A source that answers otherwise by lookup than by scan."""

    class Other:
        def __init__(self, engine) -> None:
            self._engine = engine

        def __getattr__(self, name):
            return getattr(self._engine, name)

        async def rows(self, keys, columns):
            return change(keys, await self._engine.rows(keys, columns))

    return lambda *asked: Other(opened(*asked))


async def altered(session, database, duckdb, changes: str) -> None:
    """The calculation's file rewritten, and everything that tells of it with it."""
    active = await session.audience()
    path = active.folder / "audience.parquet"
    duckdb.execute(f"CREATE OR REPLACE TABLE altered AS FROM read_parquet('{path}')")
    duckdb.execute(f"UPDATE altered SET {changes}")
    duckdb.execute(f"COPY (FROM altered ORDER BY subject_id) TO '{path}' (FORMAT parquet)")
    manifest = active.folder / "manifest.json"
    told = json.loads(manifest.read_bytes())
    told["files"] = [
        one | {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        if one["file"] == path.name
        else one
        for one in told["files"]
    ]
    manifest.write_text(json.dumps(told))
    with psycopg.connect(database.superuser) as connection:
        connection.execute(
            "UPDATE tessella.audience_calculations SET manifest_sha256 = %s WHERE namespace = %s AND version = %s",
            [hashlib.sha256(manifest.read_bytes()).hexdigest(), session.caller.namespace, active.audience.version],
        )


async def alerts(session, state: AlertState | None = None) -> list[tuple[str, AlertState]]:
    found, _ = await session.alerts(state=state, limit=10, cursor=None)
    return [(each.rule, each.state) for each in found]


async def test_real_rules_agree_and_the_report_says_what_was_compared(session, duckdb, opened):
    calculation = await calculated(session, duckdb, open_engine=opened)
    report = await checked(session, duckdb, opened)
    assert (report.counts.sampled, report.counts.compared, report.counts.disagreed) == (5, 5, 0)
    assert (report.version, report.as_of, report.seed) == (calculation.version, NOW, 7)
    assert (report.segments, report.redefined, report.rules) == (5, (), ())
    assert report.request_time == {"by-night": ("ctx.hour",)}
    assert await alerts(session) == []


async def test_there_is_nothing_to_check_before_a_calculation(session, duckdb, opened):
    with pytest.raises(NothingCalculated):
        await checked(session, duckdb, opened)


async def test_what_has_changed_since_is_no_disagreement(session, duckdb, opened, source):
    await calculated(session, duckdb, open_engine=opened)
    await know(session, {"fact": {"signed_up_at": "2020-01-01T00:00:00Z"}}, as_of=Instant(NOW + 1))
    source.write_text(HEADER + CUSTOMERS.replace("c1,250.5", "c1,5"))
    report = await checked(session, duckdb, opened)
    assert (report.counts.compared, report.counts.disagreed, report.counts.changed) == (5, 0, 2)


async def test_rules_that_have_changed_since_are_named_and_not_compared_with_the_calculation(session, duckdb, opened):
    await calculated(session, duckdb, open_engine=opened)
    await segment(session, "rich", {"gt": ["total_revenue", 1000]}, priority=2)
    report = await checked(session, duckdb, opened)
    assert report.counts.disagreed == 0
    assert set(report.redefined) == {"rich", "rich-vip"}


async def test_a_subject_who_has_vanished_is_left_out(session, duckdb, opened, source):
    await calculated(session, duckdb, open_engine=opened)
    source.write_text(HEADER + CUSTOMERS.replace("c3,300,\n", ""))
    report = await checked(session, duckdb, opened)
    assert (report.counts.sampled, report.counts.compared, report.counts.left_out) == (5, 4, 1)
    assert report.counts.disagreed == 0


async def test_nothing_is_read_of_subjects_who_have_opted_out_since(session, duckdb, opened):
    await calculated(session, duckdb, open_engine=opened)
    await session.set_consent(SubjectId("c1"), Consent(personalization_enabled=False))
    asked: list[str] = []

    def told(keys, rows):
        asked.extend(keys)
        return rows

    report = await checked(session, duckdb, by_lookup(opened, told))
    assert sorted(asked) == ["both", "c2", "c3", "fact"]
    assert (report.counts.left_out, report.counts.disagreed) == (1, 0)


async def test_a_lookup_that_differs_from_the_scan_is_found_by_rule_by_feature_and_by_node(session, duckdb, opened):
    await calculated(session, duckdb, open_engine=opened)

    def poorer(_, rows):
        return {key: {**row, "total_revenue": 1.0} if key == "both" else row for key, row in rows.items()}

    report = await checked(session, duckdb, by_lookup(opened, poorer))
    assert report.counts.disagreed == 1
    assert [(each.segment_id, each.rule_id, each.against, each.subjects) for each in report.rules] == [
        ("rich", "r", Against.EVALUATION, 1), ("rich-vip", "r", Against.EVALUATION, 1),
    ]  # fmt: skip
    rich, rich_vip = report.rules
    assert rich.features == ("total_revenue",)
    [example] = rich.examples
    assert example.subject == session.pseudonym(SubjectId("both"))
    assert (example.online, example.set_wise, example.calculated) == (False, True, True)
    assert [(each.pointer, each.online, each.set_wise) for each in rich_vip.examples[0].nodes] == [
        ("", False, True), ("/all/0", False, True), ("/all/1", True, True),
    ]  # fmt: skip
    assert [(each.feature, each.subjects, each.values_differ) for each in report.features] == [
        ("total_revenue", 1, 1), ("tier", 1, 0),
    ]  # fmt: skip
    assert await alerts(session) == [("audience_disagrees", AlertState.OPEN)]


async def test_a_file_of_other_bits_is_found_and_the_next_good_check_resolves_it(session, duckdb, opened, database):
    await calculated(session, duckdb, open_engine=opened)
    position = (await session.audience()).audience.position("unpaid")
    await altered(session, database, duckdb, f"w0 = xor(w0, {1 << position}) WHERE subject_id = 'c2'")
    report = await checked(session, duckdb, opened)
    assert [(each.segment_id, each.against) for each in report.rules] == [("unpaid", Against.CALCULATION)]
    [example] = report.rules[0].examples
    assert (example.online, example.set_wise, example.calculated) == (False, False, True)
    await calculated(session, duckdb, open_engine=opened)
    assert (await checked(session, duckdb, opened)).counts.disagreed == 0
    assert await alerts(session) == [("audience_disagrees", AlertState.RESOLVED)]
    assert [each.report.counts.disagreed for each in await usecases.list_checks(session, 10)] == [0, 1]


async def test_a_stored_fact_that_the_calculation_has_otherwise_is_found_when_it_was_not_written_since(
    session, duckdb, opened, database
):
    await calculated(session, duckdb, open_engine=opened)
    audience = (await session.audience()).audience
    position, column = audience.position("rich-vip"), audience.column("tier")
    lost = f"w0 = w0 & ~{1 << position}::BIGINT, {column} = 'gold' WHERE subject_id = 'both'"
    await altered(session, database, duckdb, lost)
    report = await checked(session, duckdb, opened)
    assert [(each.segment_id, each.against) for each in report.rules] == [("rich-vip", Against.CALCULATION)]


async def test_another_first_match_is_found_where_all_segments_agree(session, duckdb, opened, database):
    await calculated(session, duckdb, open_engine=opened)
    await altered(session, database, duckdb, "first = NULL WHERE subject_id = 'c1'")
    [found] = (await checked(session, duckdb, opened)).rules
    assert (found.segment_id, found.rule_id, found.subjects) == ("rich", "", 1)


async def test_while_a_source_is_away_a_check_fails_by_name_and_the_last_report_stays(session, duckdb, opened, source):
    await calculated(session, duckdb, open_engine=opened)
    await checked(session, duckdb, opened)
    source.unlink()
    with pytest.raises(ViewGone):
        await checked(session, duckdb, opened)
    assert len(await usecases.list_checks(session, 10)) == 1


async def test_another_namespace_sees_no_report(session, storage, duckdb, opened):
    await calculated(session, duckdb, open_engine=opened)
    await checked(session, duckdb, opened)
    other = fresh_namespace()
    await storage.administration.create_namespace(other)
    assert await usecases.list_checks(await session_of(storage, other), 10) == []


async def test_a_seed_names_its_subjects_and_small_segments_are_among_them(session, duckdb, opened):
    await know(session, {f"s{number:04}": {"tier": "silver"} for number in range(500)})
    await know(session, {"s0123": {"tier": "VIP"}}, as_of=Instant(NOW + 1))
    await segment(session, "vip", {"eq": ["tier", "VIP"]}, priority=1)
    await calculated(session, duckdb, open_engine=opened)
    report = await checked(session, duckdb, opened, subjects=40)
    assert 20 <= report.counts.compared <= 40
    assert report == await checked(session, duckdb, opened, subjects=40)


@pytest.mark.parametrize("inputs", [{"subjects": 0}, {"subjects": True}, {"seed": -1}, {"seed": "x"}])
def test_what_is_no_sample_is_refused_by_name(inputs):
    with pytest.raises(WrongShape) as refused:
        read_check(inputs, now=NOW)
    assert refused.value.pointer == f"/{next(iter(inputs))}"
