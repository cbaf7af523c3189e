"""What predictions write as facts, and what rules make of them."""

from functools import partial

import numpy as np
import pytest

from tessella.domain.definitions import Kind
from tessella.domain.features.event import Event
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.predicted import PREDICTED
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.predictions.rfm.cells import CELLS
from tessella.domain.privacy.consent import Consent
from tessella.settings import Settings
from tessella.usecases.decide import DecisionRequest, decide
from tessella.usecases.predictions.refresh import refresh_moment, refresh_predictions
from tessella.warehouse.duckdb import DuckDBWarehouse
from tessella.warehouse.engines.opening import open_engine
from tests.churn_model import declare_inputs, serve_churn
from tests.database import define, session_of
from tests.usecases.audiences import NOW, calculated, held, know, segment

pytestmark = pytest.mark.anyio

HIGH = {"recency_days": 95.0, "tier": "tin"}
LOW = {"recency_days": 1.0, "tier": "gold"}


@pytest.fixture
async def session(storage, namespace):
    session = await session_of(storage, namespace)
    await declare_inputs(session)
    for name, kind in PREDICTED.items():
        await define(session, Kind.FEATURE, name, name=name, type=kind, source="prediction")
    return await session_of(storage, namespace)


def purchases(subject: str, days_ago: list[int], value: float) -> list[Event]:
    return [
        Event(f"{subject}-{each}", SubjectId(subject), "purchase", Instant(NOW - each * DAY_US), value=value)
        for each in days_ago
    ]


async def refreshed(session, duckdb, as_of=NOW):
    return await refresh_predictions(session, DuckDBWarehouse(duckdb), as_of=as_of)


async def facts_of(session, subject: str) -> dict[str, object]:
    stored = await session.stored_facts(SubjectId(subject))
    return {each.feature: (each.value, each.as_of) for each in stored if each.feature in PREDICTED}


async def test_the_probability_of_everybody_is_a_fact_of_the_moment_that_was_asked_for(session, duckdb):
    await serve_churn(session)
    await know(session, {"anna": HIGH, "bert": LOW, 'c"é,\n': HIGH})
    done = await refreshed(session, duckdb)
    model = await session.model("churn")
    for subject, known in ("anna", HIGH), ("bert", LOW), ('c"é,\n', HIGH):
        [(value, as_of)] = (await facts_of(session, subject)).values()
        assert value == pytest.approx(model.one(known)["churn"], abs=1e-6)
        assert as_of == NOW
    assert done.changed == 3


async def test_nothing_is_told_of_who_has_opted_out_nor_of_whom_the_model_knows_nothing(session, duckdb):
    await serve_churn(session)
    await know(session, {"anna": HIGH, "bert": HIGH, "carl": {"tier": "gold"}, "dora": {"rfm.cell": "Lost"}}, as_of=1)
    await session.set_consent(SubjectId("anna"), Consent(personalization_enabled=False))
    await refreshed(session, duckdb)
    told = {who: await facts_of(session, who) for who in ("anna", "bert", "carl", "dora")}
    assert {who: list(each) for who, each in told.items()} == {
        "anna": [], "bert": ["prediction.churn"], "carl": ["prediction.churn"], "dora": [],
    }  # fmt: skip


async def test_a_rule_over_a_prediction_holds_online_and_set_wise(storage, namespace, session, duckdb):
    await segment(session, "leaving", {"gte": ["prediction.churn", 0.7]})
    session = await session_of(storage, namespace)
    await serve_churn(session)
    await know(session, {"anna": HIGH, "bert": LOW})
    await refreshed(session, duckdb)
    online = {who: (await decide(session, DecisionRequest(SubjectId(who)))).segment_id for who in ("anna", "bert")}
    assert online == {"anna": "leaving", "bert": "default"}
    await calculated(session, duckdb)
    assert (await held(session, duckdb))["leaving"] == {"anna"}


async def test_without_a_model_what_was_told_before_is_taken_back(session, duckdb):
    await know(session, {"anna": {**HIGH, "prediction.churn": 0.9}}, as_of=1)
    done = await refreshed(session, duckdb)
    assert done.left_out["prediction.churn"] == 'No model of the prediction "churn" is active.'
    assert await facts_of(session, "anna") == {}


async def test_cells_compare_who_bought_with_one_another(session, duckdb):
    for number in range(30):
        await session.add_events(purchases(f"s{number:02}", list(range(29 - number, 200, 10)), value=1.0 + number))
    done = await refreshed(session, duckdb)
    best, worst = await facts_of(session, "s29"), await facts_of(session, "s00")
    assert best["rfm.cell"] == ("Champions", NOW)
    assert best["rfm.monetary"] == (5, NOW)
    assert worst["rfm.cell"][0] in CELLS
    assert (worst["rfm.recency"][0], worst["rfm.monetary"][0]) == (1, 1)
    assert set(done.left_out) == {"prediction.churn", "prediction.ltv_usd"}
    assert "30" in done.left_out["prediction.ltv_usd"]


def buyers(count: int, seed: int = 5) -> dict[str, tuple[list[int], list[float]]]:
    """When each bought, in days ago, and for how much: as BG/NBD and Gamma-Gamma have it."""
    random, found = np.random.default_rng(seed), {}
    for number in range(count):
        day, days, rate, leaves = int(random.integers(200, 360)), [], random.gamma(1.0, 1 / 20), random.beta(1, 6)
        while day >= 0:
            days.append(day)
            day = -1 if random.random() < leaves else day - 1 - int(random.exponential(1 / rate))
        found[f"s{number:03}"] = (days, random.gamma(6, random.gamma(4, 2.0) / 6, len(days)).tolist())
    return found


async def test_who_still_buys_and_for_much_is_worth_more_than_who_has_left(session, duckdb):
    bought = buyers(150)
    bought["loyal"] = (list(range(0, 300, 10)), [20.0] * 30)
    bought["gone"] = (list(range(200, 300, 10)), [20.0] * 10)
    await session.add_events([
        each for subject, (days, values) in bought.items()
        for day, value in zip(days, values, strict=True) for each in purchases(subject, [day], value)
    ])  # fmt: skip
    assert "prediction.ltv_usd" not in (await refreshed(session, duckdb)).left_out
    value = {who: (await facts_of(session, who))["prediction.ltv_usd"] for who in ("loyal", "gone")}
    assert {as_of for _, as_of in value.values()} == {NOW}
    assert 0 < value["gone"][0] < 100 < value["loyal"][0] < 36.5 * 20 * 1.2


async def test_a_subject_who_bought_nothing_in_the_window_has_no_cell(session, duckdb):
    await session.add_events(purchases("anna", [1], 5.0) + purchases("bert", [400], 5.0))
    done = await refreshed(session, duckdb)
    assert done.warnings[0] == "Only 1 subjects are compared: a fifth of them is fewer than five."
    assert "rfm.cell" in await facts_of(session, "anna")
    assert "rfm.cell" not in await facts_of(session, "bert")


async def test_a_namespace_that_declares_none_of_it_is_left_alone(storage, namespace, duckdb):
    session = await session_of(storage, namespace)
    done = await refreshed(session, duckdb)
    assert (done.features, done.changed, done.left_out) == ([], 0, {})


async def test_a_history_that_has_ended_is_told_as_of_its_end(session):
    assert await refresh_moment(session, NOW) == NOW
    await session.add_events(purchases("anna", [300], 5.0))
    assert await refresh_moment(session, NOW) == NOW - 299 * DAY_US
    await session.add_events(purchases("bert", [0], 5.0))
    assert await refresh_moment(session, Instant(NOW + 1)) == NOW + 1


async def test_customers_of_a_source_are_told_of_as_they_were_calculated_last(storage, namespace, duckdb, tmp_path):
    path = tmp_path / "warehouse" / namespace / "customer_features_view.csv"
    path.parent.mkdir(parents=True)
    path.write_text("customer_id,recency_days,tier\nanna,95,tin\nbert,1,gold\ncarl,95,tin\ndora,,\n")
    session = await session_of(storage, namespace)
    await define(session, Kind.SOURCE, "shop", source_id="shop", engine="duckdb", location=str(path.parent))
    for name, kind in {"recency_days": "number", "tier": "string"}.items():
        await define(session, Kind.FEATURE, name, name=name, type=kind, source="warehouse")
    name = "prediction.churn"
    await define(session, Kind.FEATURE, name, name=name, type="number", source="prediction")
    session = await session_of(storage, namespace)
    await serve_churn(session)

    assert list((await refreshed(session, duckdb)).left_out) == [name]
    opened = partial(open_engine, settings=Settings(home=tmp_path), environment={})
    await calculated(session, duckdb, open_engine=opened)
    await session.set_consent(SubjectId("carl"), Consent(personalization_enabled=False))
    done = await refreshed(session, duckdb)

    model = await session.model("churn")
    for subject, known in ("anna", HIGH), ("bert", LOW):
        [(value, _)] = (await facts_of(session, subject)).values()
        assert value == pytest.approx(model.one(known)["churn"], abs=1e-6)
    assert (await facts_of(session, "carl"), await facts_of(session, "dora")) == ({}, {})
    assert (done.changed, done.left_out) == (2, {})
