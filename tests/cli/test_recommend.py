"""`tessella recommend`, and the replay of a recommendation."""

import asyncio
from pathlib import Path

import pytest

from tessella.cli.compare import agreement
from tessella.cli.lists import distinct_names, names_in
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Namespace
from tessella.domain.ranking import reasons
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.ranking import RankedItem, Ranking
from tessella.sdk.open import open_namespace
from tessella.settings import Settings
from tests.cli.command import Command
from tests.database import Dsns, fresh_namespace
from tests.domain.ranking.catalogues import NOW
from tests.rankings import SHOP, bought, publish_index, shop_index

AT = ("--at", iso(NOW))
COMPARED = ("--profile", "popular", "--profile", "company")


async def stock(home: Path, namespace: Namespace) -> str:
    """A small shop of which h1 has bought tea, then two profiles; gives the id of a recommendation between them."""
    async with open_namespace(namespace, settings=Settings(home=home)) as tess:
        async with tess.session() as session:
            items = [Item(each.item_id, f"Good {each.item_id}", each.brand, each.category) for each in SHOP]
            await session.put_items(items)
            await publish_index(session, shop_index())
            await session.add_events(bought("h1", "tea"))
        made = await tess.recommend("h1", limit=3, at=NOW)
        for profile_id, alpha in (("popular", 1.0), ("company", 0.0)):
            body = {"profile_id": profile_id, "alpha": alpha, "beta": 1.0 - alpha, "profile_boost": 0.0}
            await tess.save_profile(body)
        return made.decision.decision_id


@pytest.fixture(scope="module")
def shop_namespace() -> Namespace:
    return fresh_namespace()


@pytest.fixture(scope="module")
def decision_id(database: Dsns, installation_home: Path, shop_namespace: Namespace) -> str:
    return asyncio.run(stock(installation_home, shop_namespace))


@pytest.fixture
def stocked(tessella: Command, shop_namespace: Namespace, decision_id: str) -> Command:
    return tessella.within(shop_namespace)


def test_a_list_is_shown_with_names_and_reasons(stocked, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    lines = stocked("recommend", "--subject", "h1", "--limit", "2", *AT).well().out.splitlines()
    assert lines[:2] == [
        "subject h1 → segment default, profile none",
        "  No segment matched, so the default applies.",
    ]
    shown = [line.split() for line in lines]
    assert ["tea", "Good", "tea", "leaf", "drinks", "0.990", "popularity,", "personalization"] in shown
    assert ["milk", "Good", "milk", "farm", "dairy", "0.801", "popularity,", "co_visitation"] in shown


def test_an_explanation_shows_what_made_each_score_and_what_fell_out(stocked, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    shown = stocked("recommend", "--explain", "--limit", "1", *AT).well().out
    assert ["tea", "Good", "tea", "1.000", "0.000", "0.000", "0.000", "0.000", "-0.100", "0.900"] in [
        line.split() for line in shown.splitlines()
    ]
    assert "6 items were gathered, 6 may be shown." in shown
    assert "  limit, limit (the list was full): 5, such as milk, rice, apple, cake, biscuit" in shown
    assert "  co_visitation: it goes with what the subject took lately" in shown
    assert "  personalization: the boost, as it meets the subject's taste" in shown


def test_two_profiles_stand_side_by_side_as_names(stocked, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = stocked("recommend", "--subject", "h1", "--limit", "2", *COMPARED, *AT).well().out.splitlines()
    assert lines[:2] == [
        "subject h1 → segment default, profile none",
        "  No segment matched, so the default applies.",
    ]
    shown = [line.split() for line in lines]
    assert ["place", "popular", "company"] in shown
    assert ["1", "Good", "tea", "Good", "biscuit"] in shown
    assert ["2", "Good", "milk", "Good", "milk"] in shown
    assert lines[-1] == "Both lists have 1 item in common."


def test_items_that_are_called_the_same_are_told_apart_by_their_ids():
    known = {"a": Item("a", "Milk"), "b": Item("b", "Milk"), "c": Item("c", "Tea")}
    assert distinct_names(known) == {"a": "Milk (a)", "b": "Milk (b)", "c": "Tea"}
    assert names_in(Ranking(tuple(RankedItem(each, 1.0) for each in "bcd")), distinct_names(known)) == [
        "Milk (b)", "Tea", "d",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shared", "lists", "told"),
    [
        (0, 2, "Both lists have no item in common."),
        (1, 2, "Both lists have 1 item in common."),
        (2, 2, "Both lists have 2 items in common."),
        (7, 3, "All 3 lists have 7 items in common."),
    ],
)
def test_how_far_lists_agree_is_a_sentence(shared, lists, told):
    assert agreement(shared, lists) == told


def test_every_reason_has_words():
    codes = {value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)}
    assert codes == {*reasons.WORDS, *reasons.REMARKS, reasons.INDEX_BUILDING}


def test_one_profile_is_a_plain_list_and_can_be_explained(stocked, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    asked = ("recommend", "--subject", "h1", "--limit", "1", "--profile", "company", "--explain", *AT)
    lines = stocked(*asked).well().out.splitlines()
    assert ["biscuit", "Good", "biscuit", "bake", "sweets"] in [each.split()[:5] for each in lines]
    assert "Scores by company" in [each.strip() for each in lines]


def test_a_program_gets_the_place_of_each_item_in_each_list(stocked):
    told = stocked("recommend", "--subject", "h1", "--limit", "1", *COMPARED, "--json", *AT).json()
    assert told["items"] == [{"item_id": "tea", "ranks": [1, None]}, {"item_id": "biscuit", "ranks": [None, 1]}]
    assert [each["profile_id"] for each in told["lists"]] == ["popular", "company"]


def test_an_unknown_profile_is_refused_with_the_nearest_one(stocked):
    refusal = stocked("recommend", "--profile", "populr").refused()
    assert refusal == ('--profile: There is no profile "populr" in this namespace. Did you mean "popular"?')


def test_for_a_name_like_none_those_that_there_are_are_told(stocked):
    refusal = stocked("recommend", "--profile", "xyz").refused()
    assert refusal.endswith('There is no profile "xyz" in this namespace. There is company, popular.')


def test_a_program_gets_the_whole_trace(stocked):
    told = stocked("recommend", "--item", "cake", "--item", "rice", "--json", *AT).json()
    assert [item["item_id"] for item in told["ranking"]["items"]] == ["rice", "cake"]
    assert told["ranking"]["trace"]["eligible"] == 2
    assert told["explanation"]["decision"]["ranked"]["item_ids"] == ["cake", "rice"]


def test_items_like_others_are_found(stocked):
    told = stocked("recommend", "--like", "tea", "--overrides", '{"alpha": 0}', "--limit", "1", "--json", *AT).json()
    assert [item["item_id"] for item in told["ranking"]["items"]] == ["biscuit"]


def test_what_cannot_be_asked_is_refused_in_a_sentence(stocked):
    refusal = stocked("recommend", "--item", "tee", *AT).refused()
    assert refusal.startswith('--item: The ranking index has no item "tee". Did you mean "tea"?')
    assert stocked("recommend", "--limit", "0").refused().startswith("--limit: limit must be a whole number from 1")


def test_a_namespace_without_an_index_says_so(vips):
    assert "none was built, or not loaded. Build it: tessella index build." in vips("recommend").well().out


def test_a_recommendation_is_replayed_for_its_subject(stocked, decision_id):
    assert stocked("audit", "replay", decision_id, "--subject", "h1").well().out == (
        "Decided again at snapshot version 0: equal.\n"
    )
    assert "which only the subject's id finds" in stocked("audit", "replay", decision_id).refused()
