"""An incremental calculation finds what a full one would, and reads what has changed."""

import random

import pytest

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports.audiences import CalculationKind
from tests.database import session_of
from tests.usecases.audiences import NOW, calculated, held, know, segment
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

FULL, INCREMENTAL = CalculationKind.FULL, CalculationKind.INCREMENTAL
CROWD = {f"p{number:03}": {"tier": "VIP" if number % 3 else "gold", "visits": number} for number in range(200)}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    for name, type_ in {"tier": "string", "visits": "integer", "seen": "timestamp"}.items():
        await declare(session, name, type_=type_)
    await know(session, CROWD)
    await segment(session, "vip", {"eq": ["tier", "VIP"]}, priority=9)
    await segment(session, "often", {"gt": ["visits", 100]}, priority=5)
    await segment(session, "both", {"all": [{"in_segment": ["vip"]}, {"in_segment": ["often"]}]}, priority=1)
    await segment(session, "lapsed", {"gte_days_since": ["seen", 30]}, priority=7)
    await segment(session, "awake", {"not": {"in_segment": ["lapsed"]}}, active=False)
    return session


async def everything(session, duckdb):
    """What a calculation found: members, counts and overlaps."""
    active = await session.audience()
    tally = await session.audience_tally(active)
    counts = [(each.members, each.first_matches) for each in await session.segment_counts(active.audience.version)]
    return await held(session, duckdb), active.audience.rows, counts, tally.subjects, tally.both.tolist()


async def is_as_full(session, duckdb, as_of):
    """An incremental calculation, compared with a full one of the same moment."""
    stored = await calculated(session, duckdb, as_of=as_of)
    assert stored.kind is INCREMENTAL
    found = await everything(session, duckdb)
    assert (await calculated(session, duckdb, as_of=as_of, kind=FULL)).kind is FULL
    assert await everything(session, duckdb) == found
    return stored


async def test_the_first_calculation_reads_everything(session, duckdb):
    assert (await calculated(session, duckdb)).kind is FULL


async def test_when_nothing_has_changed_nothing_changes(session, duckdb):
    await calculated(session, duckdb)
    await is_as_full(session, duckdb, NOW)
    assert (await session.audience()).audience.rows == 200


async def test_new_changed_and_withdrawn_subjects_are_found(session, duckdb):
    await calculated(session, duckdb)
    await know(session, {"p001": {"tier": "gold"}, "new": {"tier": "VIP", "visits": 500}}, Instant(NOW + 1))
    await session.set_consent(SubjectId("p002"), Consent(personalization_enabled=False))
    stored = await is_as_full(session, duckdb, Instant(NOW + 2))
    assert stored.subjects == 200
    found = await held(session, duckdb)
    assert "p001" not in found["vip"]
    assert "new" in found["both"]
    assert "p002" not in found["first:"] | found["vip"] | found["awake"]


async def test_a_fact_that_was_taken_back_is_absent_and_who_has_none_left_is_gone(session, duckdb):
    await calculated(session, duckdb)

    async def rows():
        yield b'p003,tier,"""VIP""",1767225600000000\n'

    await session.replace_facts_csv(["tier", "visits"], Instant(NOW + 5), rows())
    assert (await is_as_full(session, duckdb, Instant(NOW + 6))).subjects == 1


async def test_who_comes_back_is_there_again(session, duckdb):
    await session.set_consent(SubjectId("p001"), Consent(personalization_enabled=False))
    await calculated(session, duckdb)
    await session.set_consent(SubjectId("p001"), Consent(personalization_enabled=True))
    assert (await is_as_full(session, duckdb, NOW)).subjects == 200


async def test_time_that_has_passed_moves_who_was_not_touched_otherwise(session, duckdb):
    await know(session, {"p005": {"seen": "2025-12-02T12:00:00Z"}, "p006": {"seen": "2026-06-01T00:00:00Z"}})
    await calculated(session, duckdb)
    assert (await held(session, duckdb))["lapsed"] == set()
    await is_as_full(session, duckdb, Instant(NOW + DAY_US - 1))
    found = await held(session, duckdb)
    assert (found["lapsed"], "p005" in found["awake"]) == ({"p005"}, False)


async def test_one_after_another_they_stay_exact_and_small_ones_leave_the_base_as_it_is(session, duckdb):
    stored = await calculated(session, duckdb)
    base = (await session.audience()).folder / "audience.parquet"
    content = base.read_bytes()
    for step in range(1, 4):
        await know(
            session, {f"p{step:03}": {"visits": 1000 + step}, f"new{step}": {"visits": step}}, Instant(NOW + step)
        )
        stored = await calculated(session, duckdb, as_of=Instant(NOW + step))
        active = await session.audience()
        assert (stored.kind, active.audience.delta_rows) == (INCREMENTAL, 2 * step)
        assert (active.folder / "audience.parquet").read_bytes() == content
    await is_as_full(session, duckdb, Instant(NOW + 4))
    assert (await session.audience()).audience.delta_rows == 0


async def test_when_many_have_changed_everything_is_written_anew(session, duckdb):
    await calculated(session, duckdb)
    await know(session, {who: {"visits": 7} for who in list(CROWD)[:50]}, Instant(NOW + 1))
    await calculated(session, duckdb, as_of=Instant(NOW + 1))
    audience = (await session.audience()).audience
    assert (audience.delta_rows, audience.rows) == (0, 200)
    await is_as_full(session, duckdb, Instant(NOW + 2))


async def test_changes_are_those_of_a_full_calculation(session, duckdb):
    await calculated(session, duckdb)
    await know(session, {"p001": {"tier": "gold"}, "new": {"tier": "VIP"}}, Instant(NOW + 1))
    await calculated(session, duckdb, as_of=Instant(NOW + 1))
    found, after = await session.membership_changes("vip", limit=10, cursor=None)
    assert [(each.subject_id, each.entered) for each in found] == [("p001", False), ("new", True)]
    await calculated(session, duckdb, as_of=Instant(NOW + 1), kind=FULL)
    assert await session.membership_changes("vip", limit=10, cursor=after) == ([], after)


async def test_other_definitions_have_everything_read(session, duckdb):
    await calculated(session, duckdb)
    await segment(session, "often", {"gt": ["visits", 90]}, priority=5)
    assert (await calculated(session, duckdb)).kind is FULL
    await declare(session, "plan", type_="string")
    assert (await calculated(session, duckdb)).kind is FULL
    assert (await calculated(session, duckdb)).kind is INCREMENTAL


async def test_after_a_day_everything_is_read(session, duckdb):
    await calculated(session, duckdb)
    assert (await calculated(session, duckdb, as_of=Instant(NOW + DAY_US - 1))).kind is INCREMENTAL
    assert (await calculated(session, duckdb, as_of=Instant(NOW + DAY_US))).kind is FULL


async def test_whatever_changes_an_incremental_calculation_finds_what_a_full_one_does(session, duckdb):
    await calculated(session, duckdb)
    chance = random.Random(6)
    for step in range(1, 6):
        whom = chance.sample([*CROWD, "x", "y", "z"], 12)
        values = [{"tier": chance.choice(["VIP", "gold", None, 5]), "visits": chance.randrange(200)} for _ in whom]
        known = [{name: each for name, each in value.items() if each is not None} for value in values]
        await know(session, dict(zip(whom, known, strict=True)), Instant(NOW + step))
        for who in chance.sample(list(CROWD), 3):
            await session.set_consent(SubjectId(who), Consent(personalization_enabled=chance.random() < 0.5))
        await calculated(session, duckdb, as_of=Instant(NOW + step))
    await is_as_full(session, duckdb, Instant(NOW + 9))
