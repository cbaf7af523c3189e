"""Audiences over a source of customers and stored facts: told where the rows are, joined by the subject's id."""

import random
from pathlib import Path

import pytest

from tessella.domain.alerts.alert import AlertState
from tessella.domain.audiences.places import Place
from tessella.domain.definitions import Kind
from tessella.domain.errors import ColumnMissing, Faults, KeysUnusable
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.rules.explain import evaluate
from tessella.ports.audiences import CalculationKind
from tessella.usecases.sources.watch_sources import watch_sources
from tests.database import define, session_of
from tests.usecases.audiences import NOW, calculated, held, know, segment
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

FULL, INCREMENTAL = CalculationKind.FULL, CalculationKind.INCREMENTAL
HEADER = "customer_id,total_revenue,status,updated_at\n"
CUSTOMERS = "c1,250.5,active,2025-12-31 00:00:00\nc2,10,active,2025-12-30 00:00:00\nboth,900,gone,2025-12-29 00:00:00\n"
SEGMENTS = {
    "rich": {"gt": ["total_revenue", 200]},
    "known": {"exists": ["tier"]},
    "rich-vip": {"all": [{"in_segment": ["rich"]}, {"eq": ["tier", "VIP"]}]},
    "unpaid": {"not": {"exists": ["total_revenue"]}},
}


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
    location = {"engine": "duckdb", "location": str(source.parent), "updated_at": "updated_at"}
    await define(session, Kind.SOURCE, "shop", source_id="shop", **location)
    for name, kind in {"total_revenue": "number", "status": "string"}.items():
        await declare(session, name, type_=kind, source="warehouse")
    await know(session, {"both": {"tier": "VIP"}, "fact": {"tier": "gold"}})
    for priority, (segment_id, expr) in enumerate(SEGMENTS.items()):
        await segment(session, segment_id, expr, priority=9 - priority)
    return session


async def test_customers_and_those_with_facts_are_one_audience(session, duckdb, opened):
    stored = await calculated(session, duckdb, open_engine=opened)
    assert (stored.kind, stored.subjects) == (FULL, 4)
    found = await held(session, duckdb)
    assert {each: found[each] for each in SEGMENTS} == {
        "rich": {"c1", "both"}, "known": {"both", "fact"}, "rich-vip": {"both"}, "unpaid": {"fact"},
    }  # fmt: skip
    assert found["first:rich"] == {"c1", "both"}


async def test_what_reads_the_source_alone_is_told_there_and_the_rest_beside_us_with_the_reason(
    session, duckdb, opened
):
    await calculated(session, duckdb, open_engine=opened)
    audience = (await session.audience()).audience
    places = {each.segment_id: each.place for each in audience.segments}
    assert places == {
        "rich": Place.SOURCE, "known": Place.LOCAL, "rich-vip": Place.LOCAL, "unpaid": Place.SOURCE,
    }  # fmt: skip


async def test_customers_who_opted_out_are_left_out_although_the_source_has_them(session, duckdb, opened):
    await session.set_consent(SubjectId("c1"), Consent(personalization_enabled=False))
    stored = await calculated(session, duckdb, open_engine=opened)
    assert stored.subjects == 3
    assert "c1" not in (await held(session, duckdb))["rich"]


@pytest.mark.parametrize(
    ("rows", "missing", "repeated"), [(",5,x,\n", 1, 0), ("c1,5,x,\n", 0, 1), (f"{'k' * 257},5,x,\n", 1, 0)]
)
async def test_rows_without_a_key_and_keys_of_two_rows_are_counted_and_refused(
    session, duckdb, opened, source, rows, missing, repeated
):
    good = await calculated(session, duckdb, open_engine=opened)
    source.write_text(HEADER + CUSTOMERS + rows)
    with pytest.raises(KeysUnusable) as refused:
        await calculated(session, duckdb, open_engine=opened, kind=FULL)
    assert (refused.value.missing, refused.value.repeated) == (missing, repeated)
    assert (await session.audience()).audience.version == good.version


async def test_a_column_that_is_gone_fails_by_name_and_the_last_audience_stays(session, duckdb, opened, source):
    good = await calculated(session, duckdb, open_engine=opened)
    source.write_text("customer_id,status,updated_at\nc1,active,2025-12-31 00:00:00\n")
    with pytest.raises(Faults) as failed:
        await calculated(session, duckdb, open_engine=opened, kind=FULL)
    [fault] = failed.value.errors
    assert isinstance(fault, ColumnMissing)
    assert (fault.feature, fault.segments) == ("total_revenue", ("rich", "rich-vip", "unpaid"))
    assert (await session.audience()).audience.version == good.version
    assert (await session.calculations(1))[0].problem


async def test_changed_rows_alone_are_read_and_found_as_by_a_full_calculation(session, duckdb, opened, source):
    await calculated(session, duckdb, open_engine=opened)
    rows = CUSTOMERS.replace("c2,10,active,2025-12-30", "c2,999,active,2025-12-31 12")
    rows = rows.replace("2025-12-31 12 00:00:00", "2025-12-31 12:00:00")
    source.write_text(f"{HEADER}{rows}c9,300,active,2025-12-31 13:00:00\nold,300,active,2025-01-01 00:00:00\n")
    stored = await calculated(session, duckdb, open_engine=opened)
    assert (stored.kind, stored.subjects) == (INCREMENTAL, 5), "a row that says that it is old is not read"
    found = await held(session, duckdb)
    assert found["rich"] == {"c1", "both", "c2", "c9"}
    await calculated(session, duckdb, open_engine=opened, kind=FULL)
    full = await held(session, duckdb)
    assert {each: members - {"old"} for each, members in full.items()} == found


async def test_a_row_that_does_not_say_when_it_changed_is_read_every_time(session, duckdb, opened, source):
    await calculated(session, duckdb, open_engine=opened)
    source.write_text(
        f"{HEADER}{CUSTOMERS}c9,300,active,\n".replace("c2,10,active,2025-12-30 00:00:00", "c2,999,gone,")
    )
    stored = await calculated(session, duckdb, open_engine=opened)
    assert stored.kind is INCREMENTAL
    assert (await held(session, duckdb))["rich"] == {"c1", "both", "c2", "c9"}


async def test_facts_of_a_customer_change_without_their_row_being_read_again(session, duckdb, opened):
    await calculated(session, duckdb, open_engine=opened)
    await know(session, {"c1": {"tier": "VIP"}, "both": {"tier": "gold"}}, Instant(NOW + 1))
    assert (await calculated(session, duckdb, open_engine=opened)).kind is INCREMENTAL
    assert (await held(session, duckdb))["rich-vip"] == {"c1"}


async def test_a_customer_whose_facts_were_taken_back_stays_as_a_customer(session, duckdb, opened):
    async def nothing():
        return
        yield b""

    await calculated(session, duckdb, open_engine=opened)
    await session.replace_facts_csv(["tier"], Instant(NOW + 1), nothing())
    stored = await calculated(session, duckdb, open_engine=opened, as_of=Instant(NOW + 2))
    assert (stored.kind, stored.subjects) == (INCREMENTAL, 3)
    assert (await held(session, duckdb))["known"] == set()


async def test_when_somebody_has_come_back_everything_is_read(session, duckdb, opened):
    await session.set_consent(SubjectId("c1"), Consent(personalization_enabled=False))
    await calculated(session, duckdb, open_engine=opened)
    await session.set_consent(SubjectId("c1"), Consent(personalization_enabled=True))
    stored = await calculated(session, duckdb, open_engine=opened)
    assert (stored.kind, stored.subjects) == (FULL, 4)


async def open_alerts(session) -> dict[str, str]:
    alerts, _ = await session.alerts(state=AlertState.OPEN, limit=10, cursor=None)
    return {each.key: each.detail for each in alerts if each.rule == "source_old"}


async def test_a_source_whose_newest_row_is_older_than_expected_is_told_until_it_is_newer(
    session, duckdb, opened, source
):
    await calculated(session, duckdb, open_engine=opened)
    told = await open_alerts(session)
    assert "Its newest row changed at 2025-12-31T00:00:00+00:00" in told["shop"]
    source.write_text(f"{HEADER}{CUSTOMERS}c9,1,active,{iso(session.now())[:19]}\n")
    await calculated(session, duckdb, open_engine=opened, as_of=session.now())
    assert await open_alerts(session) == {}


async def test_a_source_without_times_is_as_old_as_its_last_calculation(session, duckdb, opened, monkeypatch):
    body = {"engine": "duckdb", "location": "."}
    await define(session, Kind.SOURCE, "shop", source_id="shop", **body)
    await calculated(session, duckdb, open_engine=opened)
    await watch_sources(session)
    assert await open_alerts(session) == {}
    later = Instant(session.now() + 25 * 3_600_000_000)
    monkeypatch.setattr(type(session), "now", lambda _: later)
    await watch_sources(session)
    assert "Its rows were last read at" in (await open_alerts(session))["shop"]


async def test_every_customer_is_in_the_segments_that_the_interpreter_says(session, duckdb, opened, source):
    chance = random.Random(60)
    customers = {f"k{at}": {"total_revenue": chance.choice([0.0, 199.9, 200.0, 200.1, None]),
                            "status": chance.choice(["active", "gone", None])} for at in range(300)}  # fmt: skip
    tiers = {f"k{at}": chance.choice(["VIP", "gold"]) for at in range(150, 400)}
    lines = (f"{who},{row['total_revenue'] if row['total_revenue'] is not None else ''},{row['status'] or ''},\n"
             for who, row in customers.items())  # fmt: skip
    source.write_text(HEADER + "".join(lines))
    await know(session, {who: {"tier": tier} for who, tier in tiers.items()})
    await calculated(session, duckdb, open_engine=opened, kind=FULL)
    found, trees = await held(session, duckdb), (await session.compiled(await session.definitions())).membership
    known = {"both": "VIP", "fact": "gold"} | tiers
    for segment_id, tree in trees.items():
        values = {who: {**customers.get(who, {}), "tier": known.get(who)} for who in {*customers, *known}}
        assert found[segment_id] == {who for who, row in values.items() if evaluate(tree, row, NOW, trees)}
