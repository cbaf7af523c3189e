"""Audiences over stored facts: who is in which segment, as decided online, and what changes from one to the next."""

import asyncio

import pytest

from tessella import usecases
from tessella.domain.audiences.membership import Cause
from tessella.domain.audiences.places import Place
from tessella.domain.definitions import Kind
from tessella.domain.errors import AudienceBeingCalculated, NoSuch, NothingCalculated, QueryFailed
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports.audiences import CalculationKind, CalculationState
from tessella.storage.audiences.errors import AudienceGone, AudienceNotWritten, AudienceTorn
from tessella.usecases.decide import DecisionRequest
from tessella.warehouse.duckdb import DuckDBWarehouse
from tests.database import publish, session_of
from tests.usecases.audiences import NOW, calculated, held, know, nowhere, segment
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

VIP, KNOWN = {"eq": ["tier", "VIP"]}, {"exists": ["tier"]}
PEOPLE = {
    "ann": {"tier": "VIP", "visits": 3, "tags": ["a", "b,c"]},
    "bob": {"tier": "VIP", "seen": "2025-12-01T00:00:00Z"},
    "carl": {"tier": "gold", "visits": 40, "spent": 0.1},
    'd"o\nra,': {"visits": 1, "tags": []},
}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    types = {"tier": "string", "visits": "integer", "spent": "number", "seen": "timestamp", "tags": "string_list"}
    for name, type_ in types.items():
        await declare(session, name, type_=type_)
    await know(session, PEOPLE)
    await segment(session, "vip", VIP, priority=9)
    await segment(session, "known", KNOWN, priority=5)
    await segment(session, "home", {"eq": ["ctx.surface", "home"]}, priority=7)
    await segment(session, "strangers", {"not": {"in_segment": ["known"]}}, priority=3)
    await segment(session, "off", {"contains": ["tags", "b,c"]}, active=False, priority=99)
    return session


async def changes(session, segment_id, cursor=None):
    found, after = await usecases.membership_changes(session, segment_id, limit=100, cursor=cursor)
    return [(each.subject_id, each.entered, each.cause) for each in found], after


async def matches(session):
    counts = await usecases.count_matches(session, at=None)
    return {each.segment_id: (each.matches, each.first_matches) for each in counts}


async def test_everybody_with_facts_is_told_apart_as_online(session, duckdb):
    stored = await calculated(session, duckdb)
    assert (stored.state, stored.kind, stored.subjects) == (CalculationState.ACTIVE, CalculationKind.FULL, 4)
    assert await held(session, duckdb) == {
        "vip": {"ann", "bob"}, "first:vip": {"ann", "bob"},
        "known": {"ann", "bob", "carl"}, "first:known": {"carl"},
        "strangers": {'d"o\nra,'}, "first:strangers": {'d"o\nra,'},
        "off": {"ann"}, "first:off": set(), "first:": set(),
    }  # fmt: skip
    for who in PEOPLE:
        decision = await usecases.decide(session, DecisionRequest(SubjectId(who), at=NOW))
        assert who in (await held(session, duckdb))[f"first:{decision.segment_id}"]


async def test_values_are_held_as_the_gate_normalises_them(session, duckdb):
    await know(session, {"ann": {"visits": 2.0, "spent": "much", "seen": "5"}, "carl": {"seen": 5}})
    await calculated(session, duckdb)
    active = await session.audience()
    names = ("tags", "visits", "spent", "seen", "tier")
    columns = ", ".join(active.audience.column(name) for name in names)
    rows = duckdb.query(
        f"SELECT subject_id, {columns} FROM read_parquet('{active.folder}/audience.parquet') ORDER BY subject_id"
    )
    assert rows == [
        ("ann", ["a", "b,c"], 2, None, None, "VIP"),
        ("bob", None, None, None, 1_764_547_200_000_000, "VIP"),
        ("carl", None, 40, 0.1, 5, "gold"),
        ('d"o\nra,', [], 1, None, None, None),
    ]


async def test_who_opted_out_is_in_nothing_and_leaves(session, duckdb):
    await calculated(session, duckdb)
    await session.set_consent(SubjectId("ann"), Consent(personalization_enabled=False))
    stored = await calculated(session, duckdb)
    assert stored.subjects == 3
    assert not [each for each, members in (await held(session, duckdb)).items() if "ann" in members]
    assert (await changes(session, "vip"))[0] == [("ann", False, Cause.DATA)]


async def test_personal_features_and_those_of_requests_are_not_held(session, duckdb):
    await declare(session, "email", type_="string", personal=True)
    await declare(session, "asked", type_="string", source="request")
    await know(session, {"eve": {"email": "eve@example.com"}})
    assert (await calculated(session, duckdb)).subjects == 5, "who has personal facts only is there, without them"
    features = {each.name for each in (await session.audience()).audience.features}
    assert features == {"tier", "visits", "spent", "seen", "tags"}


async def test_sizes_come_with_their_trend_and_name_what_only_a_request_tells(session, duckdb):
    await calculated(session, duckdb)
    await know(session, {"eve": {"tier": "VIP"}})
    last = await calculated(session, duckdb)
    found = await usecases.segment_counts(session, trend=10)
    sizes = [(each.segment_id, each.members, each.first_matches) for each in found.counts]
    assert sizes == [("vip", 3, 3), ("known", 4, 1), ("strangers", 1, 1), ("off", 1, 0)]
    assert (found.audience.version, found.in_none, found.stale) == (last.version, 0, None)
    assert found.audience.uncounted == {"home": ("ctx.surface",)}
    assert [(each.members, each.subjects) for each in found.trends["vip"]] == [(2, 4), (3, 5)]


async def test_matches_are_those_of_the_calculation_until_a_segment_changes(session, duckdb):
    await calculated(session, duckdb)
    await know(session, {"eve": {"tier": "VIP"}})
    expected = {"vip": (2, 2), "home": (None, None), "known": (3, 1), "strangers": (1, 1), "off": (1, 0)}
    assert await matches(session) == expected | {"default": (None, 0)}
    await segment(session, "strangers", {"eq": ["tier", "none"]}, priority=3)
    assert (await matches(session))["vip"] == (3, 3)


async def test_overlaps_are_those_of_the_members(session, duckdb):
    await calculated(session, duckdb)
    found = await usecases.segment_overlap(session, ["known", "vip"])
    assert found.tally.both[found.positions][:, found.positions].tolist() == [[3, 2], [2, 2]]
    assert found.tally.jaccard()[found.positions[0], found.positions[1]] == pytest.approx(2 / 3)


async def test_a_segment_that_is_asked_for_twice_is_told_once(session, duckdb):
    await calculated(session, duckdb)
    found = await usecases.segment_overlap(session, ["vip", *["known"] * 3_000, "vip"])
    assert [found.audience.segments[each].segment_id for each in found.positions] == ["vip", "known"]


async def test_nothing_is_told_before_the_first_calculation(session):
    assert await session.audience() is None
    for telling in (usecases.segment_counts(session, trend=1), usecases.segment_overlap(session, [])):
        with pytest.raises(NothingCalculated):
            await telling


async def test_the_first_calculation_of_a_segment_is_where_its_changes_begin(session, duckdb):
    await calculated(session, duckdb)
    await segment(session, "gold", {"eq": ["tier", "gold"]}, priority=100)
    await calculated(session, duckdb)
    for each in ("vip", "known", "strangers", "off", "gold"):
        assert (await changes(session, each))[0] == []


async def test_who_enters_and_who_leaves_is_told_once_each_with_the_cause(session, duckdb):
    await calculated(session, duckdb)
    await know(session, {"ann": {"tier": "gold"}, "carl": {"tier": "VIP"}}, Instant(NOW + 1))
    await calculated(session, duckdb)
    found, after = await changes(session, "vip")
    assert sorted(found) == [("ann", False, Cause.DATA), ("carl", True, Cause.DATA)]
    assert await changes(session, "vip", after) == ([], after)
    await segment(session, "vip", {"in": ["tier", ["VIP", "gold"]]}, priority=2)
    await calculated(session, duckdb)
    assert await changes(session, "vip", after) == ([("ann", True, Cause.DEFINITION)], str(int(after) + 1))
    assert (await changes(session, "known"))[0] == []


async def test_changes_of_a_segment_that_reads_a_changed_one_are_due_to_definitions_too(session, duckdb):
    await calculated(session, duckdb)
    await segment(session, "known", {"exists": ["visits"]}, priority=5)
    await calculated(session, duckdb)
    found, _ = await changes(session, "strangers")
    assert sorted(found) == [("bob", True, Cause.DEFINITION), ('d"o\nra,', False, Cause.DEFINITION)]


async def test_time_alone_lets_subjects_enter(session, duckdb):
    await segment(session, "lapsed", {"gte_days_since": ["seen", 60]}, priority=1)
    await calculated(session, duckdb)
    await calculated(session, duckdb, as_of=Instant(NOW + 29 * DAY_US))
    assert (await changes(session, "lapsed"))[0] == [("bob", True, Cause.DATA)]


async def test_changes_page_by_their_cursor(session, duckdb):
    await calculated(session, duckdb)
    await know(session, {f"n{number}": {"tier": "VIP"} for number in range(5)})
    await calculated(session, duckdb)
    found, cursor = [], None
    while True:
        page, cursor = await usecases.membership_changes(session, "vip", limit=2, cursor=cursor)
        if not page:
            break
        found += [each.subject_id for each in page]
    assert found == [f"n{number}" for number in range(5)]


async def test_nobody_enters_an_unknown_segment(session):
    with pytest.raises(NoSuch):
        await usecases.membership_changes(session, "nowhere", limit=1, cursor=None)


async def test_a_rule_that_no_engine_runs_is_told_row_by_row_with_the_reason(session, duckdb):
    divided = {"var": "visits"}
    for _ in range(12):
        divided = {"/": [{"var": "spent"}, divided]}
    await segment(session, "deep", {">": [divided, 0]}, priority=1, form="jsonlogic")
    await segment(session, "below", {"not": {"in_segment": ["deep"]}}, priority=0)
    await calculated(session, duckdb)
    audience = (await session.audience()).audience
    place = {each.segment_id: (each.place, each.reason) for each in audience.segments}["deep"]
    assert place[0] is Place.IN_PROCESS
    assert "nested" in place[1]
    found = await held(session, duckdb)
    assert found["deep"] == {"carl"}
    assert found["below"] == set(PEOPLE) - {"carl"}


async def test_a_second_calculation_at_the_same_time_is_refused_by_name(session, duckdb):
    async with session.calculating(NOW):
        with pytest.raises(AudienceBeingCalculated, match=session.caller.namespace):
            await calculated(session, duckdb)
    assert (await session.calculations(10)) == []


class _Failing(DuckDBWarehouse):
    """DuckDB that runs out of room while it writes."""

    async def result_parquet(self, sql, path):
        raise QueryFailed("DuckDB", "No space left on device")


async def test_when_a_calculation_fails_the_last_one_stays_and_says_why_and_since_when(session, duckdb):
    good = await calculated(session, duckdb)
    for _ in range(2):
        with pytest.raises(QueryFailed):
            await usecases.calculate_audiences(session, _Failing(duckdb), nowhere, as_of=NOW, progress=lambda _: None)
    found = await usecases.segment_counts(session, trend=1)
    assert found.audience.version == good.version
    listed, stale = await usecases.list_calculations(session, 10)
    assert [each.state for each in listed] == ["failed", "failed", "active"]
    assert (stale.since, stale.problem) == (listed[1].ended_at, listed[0].problem)
    assert "No space left on device" in stale.problem
    alerts, _ = await session.alerts(state=None, limit=10, cursor=None)
    assert [(each.rule, each.state, each.seen) for each in alerts] == [("audience_stale", "open", 2)]
    await calculated(session, duckdb)
    assert (await usecases.segment_counts(session, trend=1)).stale is None
    alerts, _ = await session.alerts(state=None, limit=10, cursor=None)
    assert [each.state for each in alerts] == ["resolved"]


async def test_a_calculation_that_is_given_up_leaves_nothing(session, duckdb, tmp_path):
    first = await calculated(session, duckdb)
    begun = asyncio.Event()

    async def give_up():
        async with session.calculating(NOW) as calculation:
            (calculation.folder / "audience.parquet").write_bytes(b"half")
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(give_up())
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    assert [each.version for each in await session.calculations(10)] == [first.version]
    folder = tmp_path / "home" / "audiences" / session.caller.namespace
    assert [path.name for path in folder.iterdir()] == [first.version]


async def test_what_a_killed_calculation_left_is_removed_by_the_next(session, duckdb, tmp_path):
    await calculated(session, duckdb)
    folder = tmp_path / "home" / "audiences" / session.caller.namespace
    left = folder / ".building-0199b2c4-0000-7000-8000-000000000001"
    left.mkdir()
    (left / "audience.parquet").write_bytes(b"half")
    last = await calculated(session, duckdb)
    assert not left.exists()
    assert len(list(folder.iterdir())) == 2, "the one before stays for who is reading it"
    assert (await session.audience()).audience.version == last.version


async def test_files_of_the_last_calculations_only_are_kept_but_all_that_was_counted(session, duckdb, tmp_path):
    for _ in range(4):
        await calculated(session, duckdb)
    folder = tmp_path / "home" / "audiences" / session.caller.namespace
    assert len(list(folder.iterdir())) == 2
    assert len((await usecases.segment_counts(session, trend=10)).trends["vip"]) == 4


async def test_a_publish_while_it_goes_on_does_not_mix_in(session, duckdb):
    async def publishing(progress):
        await publish(session, Kind.SEGMENT, "vip", None)

    told = []

    def tell(progress):
        told.append(asyncio.ensure_future(publishing(progress))) if not told else None

    before, _ = await session.present()
    await calculated(session, duckdb, progress=tell)
    await asyncio.wait(told)
    audience = (await session.audience()).audience
    assert "vip" in {each.segment_id for each in audience.segments}
    assert audience.snapshot_version == before


@pytest.mark.parametrize("damage", ["cut", "gone"])
async def test_files_that_are_not_whole_are_refused_by_name_and_mended_by_the_next_calculation(session, duckdb, damage):
    await calculated(session, duckdb)
    folder = (await session.audience()).folder
    if damage == "cut":
        (folder / "audience.parquet").write_bytes(b"PAR1")
    else:
        (folder / "manifest.json").unlink()
    with pytest.raises(AudienceTorn if damage == "cut" else AudienceGone):
        await session.audience()
    await calculated(session, duckdb)
    assert (await usecases.segment_counts(session, trend=1)).counts[0].members == 2


async def test_a_damage_that_leaves_a_file_as_long_as_it_was_does_not_go_over_into_the_next(session, duckdb):
    await calculated(session, duckdb)
    rotten = (await session.audience()).folder / "audience.parquet"
    rotten.write_bytes(bytes(rotten.stat().st_size))
    stored = await calculated(session, duckdb)
    assert (stored.kind, (await held(session, duckdb))["vip"]) == (CalculationKind.FULL, {"ann", "bob"})


async def test_a_place_that_is_no_folder_fails_a_calculation_by_name_until_it_is_one(session, duckdb, tmp_path):
    root = tmp_path / "home" / "audiences" / session.caller.namespace
    root.parent.mkdir(exist_ok=True)
    root.write_text("the disk is not mounted")
    with pytest.raises(AudienceNotWritten, match="not a directory"):
        await calculated(session, duckdb)
    listed, stale = await usecases.list_calculations(session, 10)
    assert ([each.state for each in listed], "not a directory" in stale.problem) == (["failed"], True)
    root.unlink()
    await calculated(session, duckdb)
    assert (await usecases.segment_counts(session, trend=1)).stale is None


async def test_a_namespace_without_subjects_or_segments_is_calculated_too(storage, namespace, duckdb):
    session = await session_of(storage, namespace)
    stored = await calculated(session, duckdb)
    assert (stored.subjects, await held(session, duckdb)) == (0, {"first:": set()})
    found = await usecases.segment_counts(session, trend=1)
    assert (found.counts, found.in_none) == ([], 0)
