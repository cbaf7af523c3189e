"""`Engine.index` and `Engine.rank`: items in order without a server or a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tessella import Engine
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.errors import Faults, ItemRefused, NamedTwice, UnknownField, UnknownItem, WrongShape
from tessella.domain.ranking.index.index import RankingIndex
from tests.domain.ranking.catalogues import an_index

JUNE = datetime(2026, 6, 30, tzinfo=UTC)
ITEMS = [
    {"item_id": "tea", "name": "Green tea", "brand": "leaf", "category": "drinks"},
    {"item_id": "milk", "category": "dairy"},
    {"item_id": "biscuit", "category": "sweets", "available_until": "2026-07-01T00:00:00Z"},
    {"item_id": "soap", "regions": ["FI"]},
]


def bought(subject: str, item_id: str, days_ago: float = 1.0) -> dict[str, Any]:
    at = JUNE - timedelta(days=days_ago)
    return {"subject_id": subject, "event_type": "purchase", "occurred_at": at, "item_id": item_id}


EVENTS = [
    *(bought(f"s{number}", "tea") for number in range(6)),
    *(bought(f"s{number}", "milk") for number in range(3)),
    *(bought(f"s{number}", "biscuit") for number in (3, 4)),
    bought("later", "soap", days_ago=-3),
]


@pytest.fixture
def engine() -> Engine:
    """A profile that goes by co-visitation, for those who see the basket."""
    company = read_definition(Kind.PROFILE, {"profile_id": "company", "alpha": 0.0, "beta": 1.0})
    rule = {"rule_id": "basket", "expr": {"eq": ["ctx.surface", "basket"]}}
    segment = {"segment_id": "basket", "profile_id": "company", "rules": [rule]}
    defined = Definitions().with_definition(Kind.PROFILE, "company", company)
    return Engine.of(defined.with_definition(Kind.SEGMENT, "basket", read_definition(Kind.SEGMENT, segment)))


@pytest.fixture
def index(engine: Engine) -> RankingIndex:
    return engine.index(ITEMS, EVENTS, now=JUNE)


def ids(engine: Engine, index: RankingIndex, context: dict[str, Any] | None = None, **asked: Any) -> list[str]:
    made = engine.rank(index, context or {}, now=JUNE, **asked)
    return [item_id for item_id, _ in made.decision.items]


def test_items_are_ranked_by_the_events_until_the_moment(engine, index):
    assert ids(engine, index)[:3] == ["tea", "milk", "biscuit"]
    assert ids(engine, engine.index(ITEMS, [], now=JUNE), limit=1) == ["biscuit"]  # nothing is popular: by id


def test_the_segment_of_the_request_decides_how(engine, index):
    basket = {"ctx": {"surface": "basket"}}
    made = engine.rank(index, basket, subject_id="me", events=[bought("me", "biscuit")], limit=1, now=JUNE)
    assert (made.decision.profile_id, made.ranking.items[0].item_id) == ("company", "tea")


def test_only_what_the_subject_did_is_their_history(engine, index):
    context = {"ctx": {"surface": "basket"}}
    mine = [bought("me", "milk"), {**bought("me", "biscuit"), "event_type": "impression"}]
    assert ids(engine, index, context, subject_id="me", events=mine) == ids(
        engine, index, context, subject_id="me", events=[*mine, bought("you", "biscuit")]
    )


def test_items_can_be_named_and_likened(engine, index):
    assert ids(engine, index, item_ids=["biscuit", "milk"]) == ["milk", "biscuit"]
    assert ids(engine, index, overrides={"alpha": 0, "beta": 1}, anchor_item_ids=["biscuit"], limit=1) == ["tea"]


def test_an_index_of_another_making_is_ranked_too(engine):
    assert ids(engine, an_index("a", "b", popularity={"b": 1.0})) == ["b", "a"]


def test_the_same_rows_in_another_order_make_the_same_list(engine, index):
    again = engine.index(ITEMS[::-1], EVENTS[::-1], now=JUNE)
    assert engine.rank(again, {}, now=JUNE).ranking == engine.rank(index, {}, now=JUNE).ranking


@pytest.mark.parametrize(
    ("items", "kind", "pointer"),
    [
        ([{"item_id": "a"}, {"item_id": "a"}], NamedTwice, "/items/1/item_id"),
        ([{"item_id": "a", "price": -1}], ItemRefused, "/items/0/price"),
        ([{"item_id": "a", "available_from": "soon"}], WrongShape, "/items/0/available_from"),
        ([{"name": "nameless"}], WrongShape, "/items/0"),
    ],
)
def test_an_item_that_cannot_be_read_is_pointed_at(engine, items, kind, pointer):
    with pytest.raises((Faults, WrongShape)) as caught:
        engine.index(items)
    [fault] = caught.value.faults()
    assert (type(fault), fault.pointer) == (kind, pointer)


def test_an_event_that_cannot_be_read_is_pointed_at(engine, index):
    with pytest.raises(WrongShape) as caught:
        engine.index(ITEMS, [{**EVENTS[0], "occurred_at": "soon"}])
    assert caught.value.pointer == "/events/0/occurred_at"
    with pytest.raises(UnknownField) as unknown:
        engine.rank(index, {}, subject_id="me", events=[{**EVENTS[0], "item": "tea"}])
    assert unknown.value.pointer == "/events/0/item"


def test_an_item_that_the_index_does_not_hold_is_refused(engine, index):
    with pytest.raises(Faults) as caught:
        engine.rank(index, {}, item_ids=["tee"])
    [fault] = caught.value.faults()
    assert isinstance(fault, UnknownItem)
    assert fault.pointer == "/item_ids/0"
