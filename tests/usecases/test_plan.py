"""A plan says what a change would do, before it is made, and changes nothing."""

import asyncio
from itertools import pairwise

import pytest

from tessella import usecases
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.segments.diff import MoveCount
from tessella.ports import Change, StoredFact
from tests.database import define, session_of
from tests.usecases.files import declare

pytestmark = pytest.mark.anyio

NOW = Instant(0)
TIERS = {"ann": "VIP", "bob": "VIP", "carl": "gold", "dora": "none"}


def segment(segment_id, priority, expr, **more):
    return {"segment_id": segment_id, "priority": priority, "rules": [{"rule_id": "r", "expr": expr}], **more}


VIP = segment("vip", 9, {"eq": ["user.tier", "VIP"]})
KNOWN = segment("known", 5, {"in": ["user.tier", ["VIP", "gold"]]})


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare(session, "user.tier", type_="string")
    await session.add_facts([StoredFact(SubjectId(who), "user.tier", tier, NOW) for who, tier in TIERS.items()])
    await define(session, Kind.SEGMENT, "vip", **VIP)
    await define(session, Kind.SEGMENT, "known", **KNOWN)
    return session


def changed(body):
    return Change(Kind.SEGMENT, body["segment_id"], body)


async def plan(session, *changes):
    return await usecases.plan_changes(session, changes, at=NOW)


def moved(plan):
    return {(each.before, each.after): each.subjects for each in plan.moves.moved}


async def test_a_plan_counts_who_moves_from_which_segment_to_which(session):
    found = await plan(session, changed(segment("vip", 9, {"eq": ["user.tier", "none"]})))
    assert found.valid
    assert moved(found) == {("vip", "known"): 2, ("default", "vip"): 1}
    assert (found.moves.subjects, found.moves.before, found.moves.after) == (
        4, {"vip": 2, "known": 1, "default": 1}, {"known": 3, "vip": 1},
    )  # fmt: skip


async def test_a_plan_names_each_field_that_changes(session):
    found = await plan(
        session, changed(segment("vip", 1, {"eq": ["user.tier", "gold"]})), Change(Kind.SEGMENT, "known", None),
        Change(Kind.PROFILE, "calm", {"profile_id": "calm"}),
    )  # fmt: skip
    vip, known, calm = found.objects
    assert [(each.pointer, each.before, each.after) for each in vip.fields] == [
        ("/priority", 9, 1), ("/rules/0/expr/eq/1", "VIP", "gold"),
    ]  # fmt: skip
    assert (vip.action, known.action, calm.action) == ("replace", "remove", "add")


async def test_a_plan_changes_nothing_and_says_against_which_version_it_was_made(session):
    before = await session.present()
    found = await plan(session, changed(segment("new", 99, {"exists": "user.tier"})))
    assert (found.snapshot_version, await session.present()) == (before[0], before)
    assert "new" not in session.snapshot().definitions.segments


async def test_what_does_not_hold_together_is_told_and_not_refused(session):
    found = await plan(session, changed(segment("vip", 9, {"eq": ["user.teir", "VIP"]}, profile_id="nowhere")))
    assert (found.valid, found.moves) == (False, None)
    assert [(each.pointer, type(each).__name__) for each in found.errors] == [
        ("/segments/vip/rules/0/expr/eq/0", "UnknownFeature")
    ]


@pytest.mark.parametrize(
    ("change", "pointer", "error"),
    [
        (
            Change(Kind.SEGMENT, "vip", {"segment_id": "vip", "priority": "high"}),
            "/segments/vip/priority",
            "WrongShape",
        ),
        (Change(Kind.SEGMENT, "vip", {"segment_id": "other"}), "/segments/vip/segment_id", "WrongShape"),
        (Change(Kind.SEGMENT, "a\0b", None), "/segments/a\0b", "WrongShape"),
        (Change(Kind.SEGMENT, "x" * 1_000_000, None), f"/segments/{'x' * 1_000_000}", "WrongShape"),
        (Change(Kind.SEGMENT, "nobody", None), "", "NoSuch"),
        (Change(Kind.DEFAULTS, "other", {}), "/defaults/other", "WrongShape"),
        (Change(Kind.FEATURE, "user.tier", None), "/segments/known/rules/0/expr/in/0", "UnknownFeature"),
    ],
)
async def test_each_fault_is_told_where_it_is(session, change, pointer, error):
    found = await plan(session, change)
    assert (found.errors[0].pointer, type(found.errors[0]).__name__) == (pointer, error)


async def test_faults_of_several_segments_are_told_in_the_order_of_their_names(session):
    found = await plan(session, Change(Kind.FEATURE, "user.tier", None))
    assert [each.pointer for each in found.errors] == [
        "/segments/known/rules/0/expr/in/0", "/segments/vip/rules/0/expr/eq/0",
    ]  # fmt: skip


async def test_an_object_named_twice_and_an_empty_plan_are_faults(session):
    twice = await plan(session, changed(VIP), changed(KNOWN), changed(VIP))
    assert [type(each).__name__ for each in twice.errors] == ["NamedTwice"]
    assert [type(each).__name__ for each in (await plan(session)).errors] == ["NothingToPublish"]


async def test_segments_that_read_the_request_are_named_and_nobody_is_counted_in_them(session):
    found = await plan(session, changed(segment("home", 99, {"not": {"eq": ["ctx.surface", "home"]}})))
    assert found.request_time == {"home": ("ctx.surface",)}
    assert moved(found) == {}


async def test_facts_are_counted_as_the_proposed_declarations_type_them(session):
    feature = {"name": "user.tier", "type": "string", "personal": True}
    found = await plan(
        session,
        Change(Kind.FEATURE, "user.tier", feature),
        *(Change(Kind.SEGMENT, each, None) for each in ("vip", "known")),
    )
    assert found.moves.after == {"default": 4}


async def test_the_moment_counts(session):
    await declare(session, "user.last", type_="timestamp")
    await session.add_facts([StoredFact(SubjectId("ann"), "user.last", 0, NOW)])
    change = changed(segment("away", 99, {"gte_days_since": ["user.last", 30]}))
    early = await usecases.plan_changes(session, [change], at=Instant(86_400_000_000))
    late = await usecases.plan_changes(session, [change], at=Instant(40 * 86_400_000_000))
    assert (moved(early), moved(late)) == ({}, {("vip", "away"): 1})


async def test_who_has_opted_out_is_not_counted(session):
    await session.set_consent(SubjectId("ann"), Consent(personalization_enabled=False))
    found = await plan(session, Change(Kind.SEGMENT, "vip", None))
    assert (found.moves.subjects, moved(found)) == (3, {("vip", "known"): 1})


async def test_others_have_their_turn_after_every_hundred_subjects(session, monkeypatch):
    await session.add_facts([StoredFact(SubjectId(f"s{n}"), "user.tier", "gold", NOW) for n in range(2_000)])
    counted, add = 0, MoveCount.add

    def counting(self, before, after):
        nonlocal counted
        counted += 1
        add(self, before, after)

    monkeypatch.setattr(MoveCount, "add", counting)
    planning = asyncio.create_task(plan(session, Change(Kind.SEGMENT, "known", None)))
    seen = [0]
    while not planning.done():
        await asyncio.sleep(0)
        seen.append(counted)
    assert (await planning).moves.after["default"] == 2_002
    assert max(after - before for before, after in pairwise(seen)) <= 100


async def test_drafts_are_planned_and_a_stale_one_is_a_fault(session):
    await usecases.save_draft(session, Kind.SEGMENT, "vip", {**VIP, "priority": 1}, expected_version=None)
    found = await usecases.plan_drafts(session, at=NOW)
    assert moved(found) == {("vip", "known"): 2}
    await define(session, Kind.SEGMENT, "vip", **VIP)
    stale = await usecases.plan_drafts(session, [(Kind.SEGMENT, "vip")], at=NOW)
    assert [each.message for each in stale.errors] == [
        "These drafts were begun with versions that are active no more: segment vip (begun with 1, now 2)."
    ]


async def test_a_wanted_state_is_planned_by_what_differs_from_it(session):
    wanted = Definitions().with_definition(Kind.SEGMENT, "vip", read_definition(Kind.SEGMENT, {**VIP, "priority": 1}))
    found = await usecases.plan_definitions(session, wanted, [(Kind.SEGMENT, "known")], at=NOW)
    assert [(each.identifier, each.action) for each in found.objects] == [("vip", "replace"), ("known", "remove")]
    assert moved(found) == {("known", "default"): 1}
    held = await usecases.plan_definitions(session, (await session.present())[1], at=NOW)
    assert (held.changes, held.valid) == ((), True)
