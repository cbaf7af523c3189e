"""`tessella.open`: the use cases of one namespace, over the real database."""

from pathlib import Path

import pytest
from pydantic import SecretStr

import tessella
from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.errors import Faults, NotAssigned, WrongShape
from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.identifiers import SubjectId
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports import AuditQuery
from tessella.settings import Settings
from tessella.usecases.decide import DecisionRequest
from tests.churn_model import declare_inputs, serve_churn
from tests.database import Dsns, eventually, fresh_namespace
from tests.domain.ranking.catalogues import NOW
from tests.experiments import banner
from tests.rankings import bought, publish_index, shop_index

pytestmark = pytest.mark.anyio

JUNE = 1_782_777_600_000_000
VIP = {"segment_id": "vip", "profile_id": "novel", "rules": [{"rule_id": "tier", "expr": {"eq": ["user.tier", "VIP"]}}]}


@pytest.fixture
def settings(database: Dsns, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=SecretStr(database.app))


async def test_a_saved_segment_decides_the_next_request(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        await tess.save_feature({"name": "user.tier", "type": "string"})
        await tess.save_profile({"profile_id": "novel", "alpha": 0.8})
        before = await tess.decide("h1", {}, at=JUNE)
        await tess.save_segment(VIP)
        assert (await tess.add_facts("h1", {"user.tier": "VIP"}, as_of=JUNE)).changed == 1
        after = await tess.decide("h1", {"ctx": {"surface": "home"}}, overrides={"beta": 0.4}, at=JUNE)

    assert (before.segment_id, before.at) == ("default", JUNE)
    assert (after.segment_id, after.profile_id, after.rule_id) == ("vip", "novel", "tier")
    assert {name: after.provenance[name] for name in ("alpha", "beta", "gamma")} == {
        "alpha": "profile", "beta": "request", "gamma": "built_in",
    }  # fmt: skip
    assert after.facts_as_of == JUNE


async def test_a_decision_is_recorded_and_a_simulation_is_not(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        explanation = await tess.simulate("h1", at=JUNE)
        decision = await tess.decide("h1", at=JUNE)
        assert explanation.decision.segment_id == decision.segment_id == "default"

        async def recorded() -> bool:
            async with tess.session() as session:
                rows, _ = await usecases.list_audit(session, AuditQuery())
            return [row.decision_id for row in rows] == [decision.decision_id]

        await eventually(recorded, "the decision is in the audit")


async def test_items_are_recommended_and_recorded(settings):
    name = fresh_namespace()
    async with tessella.open(name, settings=settings) as tess:
        assert [each.code for each in (await tess.recommend()).decision.reasons][-1] == "empty_catalogue"
        async with tess.session() as session:
            await publish_index(session, shop_index())
            await session.add_events(bought("h1", "tea"))
        made = await tess.recommend("h1", limit=2, at=NOW)
        like = await tess.recommend(anchor_item_ids=["tea"], overrides={"alpha": 0}, limit=1, at=NOW)
        some = await tess.recommend(item_ids=["cake", "rice"], at=NOW)
    assert [item_id for item_id, _ in made.decision.items] == ["tea", "milk"]
    assert [item_id for item_id, _ in like.decision.items] == ["biscuit"]
    assert [item_id for item_id, _ in some.decision.items] == ["rice", "cake"]


async def test_the_items_of_a_scope_come_in_their_order_and_for_nobody_in_the_default_one(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        async with tess.session() as session:
            await usecases.save_definition(session, Kind.SCOPE, "news", {"scope_id": "news"}, expected_version=None)
            await session.put_items([Item(each, properties={"scopes": ["news"]}) for each in ("b", "a", "c")])
        mine = await tess.recommend_scope("news", "h1", limit=2)
        anybodys = await tess.recommend_scope("news")
    assert ([each.item_id for each in mine.items], mine.model_version) == (["a", "b"], "rule_v1")
    assert (len(anybodys.items), anybodys.model_version) == (3, "default")


async def test_a_user_is_allocated_converts_once_and_is_decided_for_with_the_variant(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        async with tess.session() as session:
            await usecases.create_experiment(session, banner())
        given = await tess.allocate("banner", "h1", {"list_id": "news"}, ChannelType.EMAIL)
        became = [str(await tess.convert("banner", "h1", "order-1", 2.0)) for _ in range(2)]
        with pytest.raises(NotAssigned, match="h2"):
            await tess.convert("banner", "h2", "order-2")
        decision = await tess.decide("h1", experiment_id="banner")
    assert given.assignment is not None
    assert given.assignment.context["source"] == "news"
    assert became == ["counted", "duplicate"]
    assert decision.experiment is not None
    assert decision.experiment.variant_id == given.variant.variant_id


async def test_many_are_decided_at_once(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        requests = [DecisionRequest(SubjectId(f"h{i}"), at=JUNE) for i in range(3)]
        assert [each.subject_id for each in await tess.decide_many(requests)] == ["h0", "h1", "h2"]


async def test_a_campaign_is_asked_for_by_name(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        await tess.save_campaign({"campaign_id": "spring", "overrides": {"alpha": 0.1}})
        decision = await tess.decide(campaign_id="spring", at=JUNE)
        assert (decision.config["alpha"], decision.provenance["alpha"]) == (0.1, "campaign")


async def test_every_other_use_case_is_reached_through_a_session(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        await tess.save_profile({"profile_id": "novel"})
        async with tess.session() as session:
            assert [each.identifier for each in await usecases.list_definitions(session, Kind.PROFILE)] == ["novel"]


async def test_what_cannot_be_saved_is_an_error_and_changes_nothing(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        with pytest.raises(Faults, match=r"user\.tier"):
            await tess.save_segment(VIP)
        async with tess.session() as session:
            assert await usecases.list_definitions(session, Kind.SEGMENT) == []


async def test_what_cannot_name_a_namespace_is_refused(settings):
    with pytest.raises(WrongShape, match='"My Shop" is no namespace'):
        async with tessella.open("My Shop", settings=settings):
            pass


async def test_a_customer_is_predicted_for(settings):
    async with tessella.open(fresh_namespace(), settings=settings) as tess:
        async with tess.session() as session:
            await declare_inputs(session)
            await serve_churn(session)
        await tess.add_facts("h1", {"recency_days": 95.0, "tier": "tin"}, as_of=JUNE)
        made = await tess.predict("h1", "churn")
        with pytest.raises(WrongShape):
            await tess.predict("h1", "weather")
    assert (made.prediction.risk, made.model_version) == ("high", 1)
