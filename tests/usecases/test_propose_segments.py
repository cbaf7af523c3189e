"""Proposals from stored events and facts: what they may know, whom they leave out, and that they decide nothing."""

import json

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import NoPurchases, NothingHeldOut
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.segments.proposing.proposals import Behaviour, Remark
from tessella.domain.segments.proposing.search import Search
from tessella.ports import StoredFact
from tests.database import define, publish, session_of
from tests.usecases.files import at, declare

pytestmark = pytest.mark.anyio

CUT = at("2025-06-01T00:00:00")
SEARCH = Search(CUT, horizon_days=28, category_field="aisle")
SUBJECTS = 400


def purchases(subject: int) -> list[tuple[int, str]]:
    """Day after the cut, and aisle: who bought four times or more before it buys again, of the aisle "tea"."""
    visits = subject % 8
    before = [(-3 * (number + 1), "bread") for number in range(visits)]
    return [*before, (5, "tea")] if visits >= 4 else before


async def events():
    for subject in range(SUBJECTS):
        for number, (day, aisle) in enumerate(purchases(subject)):
            properties = json.dumps({"aisle": aisle}).replace('"', '""')
            row = f'{subject}-{number},s{subject},purchase,{CUT + day * DAY_US},,1.5,"{properties}"\n'
            yield row.encode()


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare(session, "user.visits", type_="integer", kind={"kind": "count", "window_days": 90})
    await declare(session, "user.next_aisle", type_="string")
    await declare(session, "user.plan", type_="string")
    stored = {"name": "user.age", "type": "integer", "personal": True, "kind": {"kind": "count"}}
    await publish(session, Kind.FEATURE, "user.age", stored)  # past the checks: it may be stored from before
    await session.add_events_csv(events())
    await session.add_facts([fact for subject in range(SUBJECTS) for fact in imported(subject)])
    return session


def imported(subject: int) -> list[StoredFact]:
    """A plan that was known at the cut, and an aisle that gives the future away, known a day after it."""
    name, tells = SubjectId(f"s{subject}"), "tea" if subject % 8 >= 4 else "none"
    return [
        StoredFact(name, "user.plan", "free" if subject % 3 else "paid", CUT),
        StoredFact(name, "user.next_aisle", tells, Instant(CUT + DAY_US)),
    ]


async def test_a_group_is_found_by_what_was_known_at_the_cut_only(session, warehouse):
    found = await usecases.propose_segments(session, warehouse, SEARCH)
    assert (found.remark, found.subjects) == (Remark.FOUND, SUBJECTS)
    assert found.features == ("user.plan", "user.visits")
    assert set(found.left_out) == {"user.age", "user.next_aisle"}
    rules = {(group.behaviour, group.category): group.rule for group in found.groups}
    assert rules[Behaviour.CONVERSION, None] == rules[Behaviour.NEXT_CATEGORY, "tea"] == {"gte": ["user.visits", 4]}
    assert rules[Behaviour.CHURN, None] == {"any": [{"lt": ["user.visits", 4]}, {"not": {"exists": ["user.visits"]}}]}


async def test_days_on_which_nobody_bought_are_refused_with_a_cut_that_has_some(session, warehouse):
    with pytest.raises(NothingHeldOut) as found:
        await usecases.propose_segments(session, warehouse, Search(Instant(CUT + 10 * DAY_US), horizon_days=28))
    assert "the last one is of 2025-06-06" in found.value.message
    assert found.value.hint() == "Try --as-of 2025-05-10."
    with pytest.raises(NoPurchases):
        await usecases.propose_segments(session, warehouse, Search(CUT, purchase_type="order"))


async def test_looking_stores_nothing(session, warehouse):
    before = await session.stored_facts(SubjectId("s7"))
    await usecases.propose_segments(session, warehouse, SEARCH)
    assert await session.stored_facts(SubjectId("s7")) == before
    assert list(await session.drafts()) == []


async def test_who_switched_personalization_off_is_not_among_the_subjects(session, warehouse):
    for subject in range(100):
        await session.set_consent(SubjectId(f"s{subject}"), Consent(personalization_enabled=False))
    found = await usecases.propose_segments(session, warehouse, SEARCH)
    assert found.subjects == SUBJECTS - 100


async def test_proposals_become_drafts_of_inactive_segments_and_nothing_is_published(session, warehouse):
    found = await usecases.propose_segments(session, warehouse, SEARCH)
    published = await session.publishes(limit=100, below=None)
    saved = await usecases.save_proposals(session, found)
    again = await usecases.save_proposals(session, found)
    assert saved.drafts == again.drafts
    drafts = {draft.identifier: draft.body for draft in await session.drafts()}
    assert set(drafts) == set(saved.drafts)
    assert len(drafts) == len(found.groups) == 3
    assert {body["active"] for body in drafts.values()} == {False}
    assert [drafts[name]["rules"][0]["expr"] for name in saved.drafts] == [group.rule for group in found.groups]
    assert list(await session.publishes(limit=100, below=None)) == list(published)
    assert list(await session.stored(Kind.SEGMENT)) == []


async def test_a_draft_tells_what_was_measured(session, warehouse):
    await usecases.save_proposals(session, await usecases.propose_segments(session, warehouse, SEARCH))
    (told,) = (draft.body["description"] for draft in await session.drafts() if "conversion" in draft.identifier)
    assert told == (
        "200 subjects for whom user.visits is at least 4. In the 28 days after 2025-06-01T00:00:00+00:00: buys 100.0% "
        "(91.6% to 100.0%) against 47.2%, measured on 68 who were held out."
    )


async def test_a_proposal_that_was_accepted_is_not_drafted_again(session, warehouse):
    found = await usecases.propose_segments(session, warehouse, SEARCH)
    first = (await usecases.save_proposals(session, found)).drafts[0]
    body = next(draft.body for draft in await session.drafts() if draft.identifier == first)
    await define(session, Kind.SEGMENT, first, **{**body, "active": True})
    assert first not in (await usecases.save_proposals(session, found)).drafts
