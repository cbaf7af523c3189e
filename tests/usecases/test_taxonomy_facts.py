"""What taxonomies write as facts, and what rules make of them."""

import pytest

from tessella.domain.definitions import Kind
from tessella.domain.errors import FactNotAccepted
from tessella.domain.identifiers import GameId, Instant, SubjectId
from tessella.usecases.add_facts import SubjectValues, add_facts
from tessella.usecases.decide import DecisionRequest, decide
from tessella.usecases.taxonomy.facts import ToldPlayer, asks_for_anomalies, write_taxonomy_facts
from tests.database import define, session_of
from tests.usecases.audiences import NOW, calculated, held, segment

pytestmark = pytest.mark.anyio

STORE = GameId("store")
TYPES = {
    "taxonomy.store.social": "string",
    "taxonomy.store.own-axis": "string",
    "taxonomy.store.own-axis.membership": "number",
    "taxonomy.store.anomaly": "number",
    "taxonomy.other.social": "string",
}


async def declared(storage, namespace, *names):
    session = await session_of(storage, namespace)
    for name in names:
        await define(session, Kind.FEATURE, name, name=name, type=TYPES[name], source="taxonomy")
    return await session_of(storage, namespace)


async def batches(*players):
    for each in players:
        yield [each]


async def never():
    raise AssertionError("nobody needs to be told")
    yield []


async def facts_of(session, subject):
    return {each.feature: (each.value, each.as_of) for each in await session.stored_facts(SubjectId(subject))}


ANNA = ToldPlayer(SubjectId("anna"), {"social": ("quiet", 0.25), "own-axis": ("low-away", 0.75)}, anomaly=0.5)
BERT = ToldPlayer(SubjectId('b"é,\n'), {"social": ('high "x", weekend', 1.0)})


async def test_segments_membership_and_anomaly_are_facts_of_the_moment_that_was_looked_at(storage, namespace):
    session = await declared(storage, namespace, *TYPES)
    assert asks_for_anomalies(session, STORE)
    assert await write_taxonomy_facts(session, STORE, batches(ANNA, BERT), as_of=NOW) == 5
    assert await facts_of(session, "anna") == {
        "taxonomy.store.anomaly": (0.5, NOW),
        "taxonomy.store.own-axis": ("low-away", NOW),
        "taxonomy.store.own-axis.membership": (0.75, NOW),
        "taxonomy.store.social": ("quiet", NOW),
    }
    assert await facts_of(session, BERT.player_id) == {"taxonomy.store.social": ('high "x", weekend', NOW)}


async def test_who_is_no_longer_told_has_no_facts_of_the_game_any_more(storage, namespace):
    session = await declared(storage, namespace, *TYPES)
    await write_taxonomy_facts(session, STORE, batches(ANNA, BERT), as_of=NOW)
    await write_taxonomy_facts(session, GameId("other"), batches(ANNA), as_of=NOW)
    await write_taxonomy_facts(session, STORE, batches(BERT), as_of=Instant(NOW + 1))
    assert await facts_of(session, "anna") == {"taxonomy.other.social": ("quiet", NOW)}
    assert await facts_of(session, BERT.player_id) == {"taxonomy.store.social": ('high "x", weekend', NOW + 1)}


async def test_nobody_is_asked_where_no_feature_of_the_game_is_declared(storage, namespace):
    session = await declared(storage, namespace, "taxonomy.other.social")
    assert await write_taxonomy_facts(session, STORE, never(), as_of=NOW) == 0
    assert not asks_for_anomalies(session, STORE)


async def test_a_rule_over_a_segment_of_a_taxonomy_holds_online_and_set_wise(storage, namespace, duckdb):
    session = await declared(storage, namespace, "taxonomy.store.social", "taxonomy.store.anomaly")
    await segment(session, "quiet", {"all": [{"eq": ["taxonomy.store.social", "quiet"]}]})
    session = await session_of(storage, namespace)
    await write_taxonomy_facts(session, STORE, batches(ANNA, BERT), as_of=NOW)
    decided = [await decide(session, DecisionRequest(SubjectId(who), at=NOW)) for who in ("anna", BERT.player_id)]
    assert [each.segment_id for each in decided] == ["quiet", "default"]
    await calculated(session, duckdb)
    assert (await held(session, duckdb))["quiet"] == {"anna"}


async def test_nobody_else_writes_what_a_taxonomy_says(storage, namespace):
    session = await declared(storage, namespace, "taxonomy.store.social")
    with pytest.raises(FactNotAccepted, match="it is written by the taxonomy of a game"):
        await add_facts(session, [SubjectValues(SubjectId("anna"), {"taxonomy.store.social": "loud"})])
