"""An index is built from the stored items and events, by the windows in use."""

import numpy as np
import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import WrongShape
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports.indexes import IndexCounts, IndexState
from tessella.usecases.build_index import build_index
from tessella.usecases.jobs import ask_for_index
from tests.database import define, scoped, session_of
from tests.usecases.files import at

pytestmark = pytest.mark.anyio

AS_OF = at("2026-06-01T00:00:00")
ITEMS = [Item(each, brand="b") for each in ("apple", "bread", "cheese", "däte")]
_told: list[float] = []


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await session.put_items(ITEMS)
    return session


def bought(subject: str, *items: str, days: float = 1.0, event_type: str = "purchase", **fields: object) -> list[Event]:
    """One event an item, so many days before `AS_OF`."""
    moment = Instant(AS_OF - int(days * DAY_US))
    return [
        Event(f"{subject}-{event_type}-{days}-{item}", SubjectId(subject), event_type, moment, item, **fields)  # type: ignore[arg-type]  # tests name the fields
        for item in items
    ]


async def built(session, as_of=AS_OF):
    """What a new build makes: what is told of it, and the index."""
    stored = await build_index(session, as_of=as_of, progress=_told.append)
    return stored, await session.index_at(stored.version)


def neighbours(index, item: str, window: int = 90) -> dict[str, float]:
    [row] = index.catalogue.rows_of([item])
    near = index.co_visitation[window]
    places = slice(near.offsets[row], near.offsets[row + 1])
    return dict(zip(index.catalogue.ids_of(near.rows[places]), near.weights[places].tolist(), strict=True))


def scores(index, half_life: float = 30.0) -> dict[str, float]:
    ids = index.catalogue.ids_of(np.arange(len(index.catalogue), dtype=np.int32))
    return dict(zip(ids, index.popularity[half_life].scores.tolist(), strict=True))


async def test_what_is_bought_more_is_more_popular_and_what_is_bought_together_is_near(session):
    events = [*bought("a", "apple", "bread"), *bought("b", "apple", "bread"), *bought("c", "apple", "däte", days=2)]
    await session.add_events(events)
    stored, index = await built(session)
    assert (stored.state, stored.as_of, stored.counts) == (IndexState.ACTIVE, AS_OF, IndexCounts(4, 6, 0))
    found = scores(index)
    assert found["apple"] == 1.0
    assert found["apple"] > found["bread"] > found["däte"] > found["cheese"] == 0
    assert list(neighbours(index, "apple")) == ["bread", "däte"]
    assert neighbours(index, "cheese") == {}
    assert (await session.index()).version == stored.version


async def test_events_after_the_moment_and_of_those_who_opted_out_do_not_count(session):
    await session.add_events([*bought("a", "apple"), *bought("b", "bread", days=-0.001), *bought("c", "cheese")])
    await session.set_consent(SubjectId("c"), Consent(personalization_enabled=False))
    stored, index = await built(session)
    assert stored.counts == IndexCounts(4, 1, 0)
    assert scores(index) == {"apple": 1.0, "bread": 0, "cheese": 0, "däte": 0}


async def test_embeddings_of_other_dimensions_than_the_first_are_counted_and_left_out(session, database, namespace):
    await session.put_items([Item("a", embedding=(1.0, 0.0))])
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        connection.execute("UPDATE tessella.items SET embedding = '{1, 2, 3}' WHERE item_id <> 'a'")
        connection.commit()
    stored, index = await built(session)
    assert stored.counts.other_dimensions == stored.counts.items - 1 > 0
    assert index.embeddings.vectors.shape == (stored.counts.items, 2)


@pytest.mark.parametrize("as_of", ["2300-01-01T00:00:00", "9999-12-31T00:00:00"])
async def test_a_moment_that_is_to_come_is_refused_before_anything_is_built(session, as_of):
    with pytest.raises(WrongShape, match="as of a moment that has been"):
        await built(session, at(as_of))
    with pytest.raises(WrongShape):
        await ask_for_index(session, at(as_of))
    assert list(await session.indexes()) == []


async def test_events_of_unknown_items_are_counted_and_left_out(session):
    plain = Event("plain", SubjectId("a"), "purchase", AS_OF)
    await session.add_events([*bought("a", "apple", "unknown", "applf"), plain])
    stored, _ = await built(session)
    assert stored.counts == IndexCounts(4, 1, 2)


async def test_an_event_counts_for_what_the_setup_says_of_its_type(session):
    setup = {"event_weights": {"view": 2.0, "sale": 1.0}, "purchase_types": ["sale"]}
    await define(session, Kind.DEFAULTS, "defaults", ranking=setup)
    views = bought("a", "bread", event_type="view")
    await session.add_events([*bought("a", "apple"), *views, *bought("b", "cheese", event_type="sale")])
    stored, index = await built(session)
    assert stored.counts == IndexCounts(4, 2, 0)
    assert stored.settings["setup"]["event_weights"] == {"sale": 1.0, "view": 2.0}
    assert (scores(index)["apple"], scores(index)["bread"]) == (0, 1.0)


async def test_items_of_one_basket_are_near_whenever_they_were_bought(session):
    await define(session, Kind.DEFAULTS, "defaults", ranking={"basket_property": "order"})
    far_apart = [*bought("a", "apple", days=3, properties={"order": 7}), *bought("a", "bread", properties={"order": 7})]
    alone = bought("b", "cheese", days=2, properties={"order": None})
    await session.add_events([*far_apart, *alone, *bought("c", "cheese", days=1)])
    with_orders = neighbours((await built(session))[1], "apple")
    await define(session, Kind.DEFAULTS, "defaults")
    without = neighbours((await built(session))[1], "apple")
    assert list(with_orders) == list(without) == ["bread"]
    assert with_orders["bread"] > without["bread"]


async def test_every_window_that_a_profile_or_a_campaign_sets_is_built(session):
    await define(session, Kind.DEFAULTS, "defaults", half_life_days=14)
    await define(session, Kind.PROFILE, "quick", profile_id="quick", half_life_days=2, co_vis_window_days=7)
    await define(session, Kind.CAMPAIGN, "sale", campaign_id="sale", overrides={"half_life_days": 1})
    await session.add_events([*bought("a", "apple", "bread"), *bought("b", "apple", "cheese", days=30)])
    stored, index = await built(session)
    assert (list(index.popularity), list(index.co_visitation)) == ([1.0, 2.0, 14.0], [7, 90])
    assert stored.settings["half_lives_days"] == [1.0, 2.0, 14.0]
    assert (list(neighbours(index, "apple", 7)), list(neighbours(index, "apple"))) == (["bread"], ["bread", "cheese"])
    assert scores(index, 1.0)["cheese"] < scores(index, 14.0)["cheese"]


async def test_embeddings_that_come_with_items_are_used_and_else_trained_where_the_setup_asks(session):
    await session.add_events([*bought("a", "apple", "bread"), *bought("b", "apple", "bread"), *bought("c", "cheese")])
    assert (await built(session))[1].embeddings is None
    await define(session, Kind.DEFAULTS, "defaults", ranking={"embedding_dimensions": 2})
    trained = (await built(session))[1].embeddings.vectors
    assert trained.shape == (4, 2)
    assert trained[0] @ trained[1] == pytest.approx(1, abs=1e-5)
    assert (trained[0] @ trained[2], trained[3].tolist()) == (pytest.approx(0, abs=1e-5), [0, 0])
    await session.put_items([Item("apple", embedding=(0.0, 3.0, 4.0))])
    supplied = (await built(session))[1].embeddings.vectors
    assert supplied[:2] == pytest.approx(np.array([[0, 0.6, 0.8], [0, 0, 0]]))


async def test_the_same_items_and_events_give_the_same_bytes(session, tmp_path, namespace):
    await session.add_events([*bought("b", "bread", "apple"), *bought("a", "cheese", "apple", days=2)])
    versions = [(await built(session))[0].version for _ in range(2)]
    first, second = (tmp_path / "home" / "indexes" / namespace / each for each in versions)
    names = [path.name for path in first.glob("*.npy")]
    assert len(names) > 10
    assert [name for name in names if (first / name).read_bytes() != (second / name).read_bytes()] == []


async def test_an_index_of_no_items_and_no_events_is_built(storage, namespace):
    session = await session_of(storage, namespace)
    stored, index = await built(session)
    assert (stored.counts, len(index.catalogue)) == (IndexCounts(0, 0, 0), 0)
    await session.add_events(bought("a", "apple"))
    assert (await built(session))[0].counts == IndexCounts(0, 0, 1)


async def test_progress_grows_up_to_the_writing(session):
    _told.clear()
    await built(session)
    assert _told == sorted(_told)
    assert _told[-1] == pytest.approx(0.95)


async def test_texts_of_any_form_are_read_from_events(session):
    strange = 'x"é,\n;'
    await session.put_items([Item(strange)])
    await session.add_events([*bought(strange, strange), *bought("a", strange, properties={"order": strange})])
    await define(session, Kind.DEFAULTS, "defaults", ranking={"basket_property": "order"})
    assert (await built(session))[0].counts == IndexCounts(5, 2, 0)
