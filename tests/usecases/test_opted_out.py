"""Opting out stops all processing: every public use case says what it does then, and those that can be are tried."""

import ast
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tessella import usecases
from tessella.bootstrap import Application
from tessella.domain.definitions import Kind
from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import Change
from tessella.ports.audience_reading import FileForm
from tessella.storage.sessions import StoredSession
from tessella.usecases.audiences.export_members import ExportRequest
from tessella.usecases.audiences.preview_rule import PreviewRequest
from tessella.usecases.audiences.rows import audience_rows_of
from tessella.usecases.compute_features import compute_features_at
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.experiments.assigning.add_conversions import RewardSent
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.experiments.results.evaluate_policy import Asked, evaluate_policy
from tessella.usecases.experiments.results.export import export_assignments
from tessella.usecases.load_subject import load_facts
from tessella.usecases.personalization.refresh_vectors import refresh_vectors
from tessella.usecases.ranking import ItemsAsked
from tessella.usecases.recommend import RecommendationRequest
from tessella.warehouse.duckdb import DuckDBWarehouse
from tests.database import Dsns, fresh_namespace, session_of, settings_for, storage_with
from tests.experiments import BANNER, banner, everywhere, meet
from tests.experiments import declare as declare_experiment
from tests.sharing import share
from tests.usecases.audiences import calculated, know, nowhere, segment
from tests.usecases.files import declare
from tests.usecases.inventory import public_use_cases
from tests.usecases.tapped import TappedSession

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent
LISTS: Mapping[str, Any] = yaml.safe_load((HERE / "opted_out.yaml").read_text(encoding="utf-8"))
NOW = Instant(1_767_225_600_000_000)
HOUR = 3_600_000_000
#: Whatever is known of the one who opts out has this in it, their id too.
MARK = "zq-"
SHY = SubjectId(f"{MARK}shy")
OTHERS = [SubjectId(f"s{number:02}") for number in range(30)]
SHOWN = {name: test for test, names in LISTS["shown"].items() for name in names}


@dataclass(frozen=True)
class World:
    """A namespace in which one of many has opted out, after everything was calculated."""

    session: TappedSession
    application: Application
    duckdb: DuckDBWarehouse


@pytest.fixture(scope="module")
async def stored(anyio_backend: str, database: Dsns, process_home: Path) -> AsyncIterator[World]:
    namespace = fresh_namespace()
    async with storage_with(database.app, process_home, namespace) as storage:
        application = Application(settings_for(process_home), storage)
        with application.warehouse() as duckdb:
            session = await session_of(storage, namespace)
            await _fill(session)
            await declare_experiment(session, banner())
            session = await session_of(storage, namespace)
            await meet(session, [*OTHERS, SHY], everywhere(plain=0.5, bold=0.5))
            await calculated(session, duckdb._worker, as_of=NOW)
            await session.set_consent(SHY, Consent(personalization_enabled=False, data_sharing_consent=True))
            yield World(TappedSession(session), application, duckdb)


async def _fill(session: StoredSession) -> None:
    await declare(session, "user.tier", type_="string")
    await declare(session, "user.visits", type_="integer", kind={"kind": "count"})
    await declare(session, "user.shop", type_="string", kind={"kind": "top_value", "field": "event.shop"})
    await segment(session, "known", {"exists": "user.tier"})
    await know(session, {each: {"user.tier": "gold"} for each in OTHERS} | {SHY: {"user.tier": f"{MARK}tier"}})
    await session.add_events([_visit(each, "north", "tea") for each in OTHERS])
    await session.add_events([_visit(SHY, f"{MARK}shop", f"{MARK}item")])
    await share(session, [*OTHERS, SHY])


def _visit(subject: SubjectId, shop: str, item: str) -> Event:
    properties = {"shop": shop, "device_type": shop}
    return Event(f"{subject}-visit", subject, "purchase", Instant(NOW - HOUR), item, 1.0, properties)


@pytest.fixture
def world(stored: World) -> World:
    """The same, with nothing told yet."""
    stored.session.told.clear()
    return stored


def test_every_public_use_case_says_what_it_does_about_who_has_opted_out() -> None:
    listed = [*SHOWN, *(name for kind, names in LISTS.items() if kind != "shown" for name in names)]
    assert sorted(listed) == list(public_use_cases()), "tests/usecases/opted_out.yaml names each of them once"
    assert sorted(LISTS["tried"]) == sorted(TRIED)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_what_is_said_to_be_shown_elsewhere_is_shown_there(name: str) -> None:
    file, _, test = SHOWN[name].partition("::")
    tree = ast.parse((HERE.parents[1] / file).read_text(encoding="utf-8"))
    found = [each.name for each in tree.body if isinstance(each, ast.AsyncFunctionDef | ast.FunctionDef)]
    assert test in found, f"{file} has no test {test}"
    assert any(word in test for word in ("opt", "off", "consent")), "it is about who takes consent away"


def asked() -> DecisionRequest:
    return DecisionRequest(SHY, at=NOW)


def items() -> RecommendationRequest:
    return RecommendationRequest(asked(), ItemsAsked(5))


async def exported(world: World) -> object:
    with world.application.exports(world.session.caller.namespace) as files:
        wanted = ExportRequest(None, "all.csv", FileForm.CSV, ("user.tier",))
        found = await usecases.export_members(world.session, files, wanted)
        rows = await world.application.audiences.rows(f"SELECT * FROM '{found.written.place}'", {})
    assert len(rows) == len(OTHERS)
    return rows


async def audience_rows(world: World) -> object:
    rows = await audience_rows_of(world.session)
    return await world.application.audiences.rows(f"SELECT * FROM ({rows.sql})", rows.parameters)


async def all_of(found: AsyncIterator[Any]) -> list[Any]:
    return [each async for each in found]


def reader(world: World) -> Any:
    return world.application.audiences


TRIED: Mapping[str, Callable[[World], Awaitable[object]]] = {
    "decide.decide": lambda at: usecases.decide(at.session, asked()),
    "decide.decide_many": lambda at: usecases.decide_many(at.session, [asked()]),
    "explain.decide_explained": lambda at: usecases.decide_explained(at.session, asked()),
    "explain.simulate": lambda at: usecases.simulate(at.session, asked()),
    "recommend.recommend": lambda at: usecases.recommend(at.session, items()),
    "recommend.recommend_many": lambda at: usecases.recommend_many(at.session, [items()]),
    "explain_recommendation.recommend_explained": lambda at: usecases.recommend_explained(at.session, items()),
    "explain_recommendation.simulate_recommendation": lambda at: usecases.simulate_recommendation(at.session, items()),
    "experiments.assigning.allocate.allocate": lambda at: usecases.allocate(at.session, AllocationRequest(BANNER, SHY)),
    "experiments.assigning.add_conversions.add_conversions": lambda at: usecases.add_conversions(
        at.session, BANNER, [RewardSent(SHY, "r-1")]
    ),
    "experiments.results.evaluate_policy.evaluate_policy": lambda at: evaluate_policy(
        at.session, Asked(BANNER, {"otherwise": {"bold": 1}})
    ),
    "experiments.results.export.export_assignments": lambda at: all_of(export_assignments(at.session, BANNER)),
    "audiences.calculate.calculate_audiences": lambda at: usecases.calculate_audiences(
        at.session, at.duckdb, nowhere, as_of=NOW, progress=lambda _: None
    ),
    "audiences.members.list_members": lambda at: usecases.list_members(
        at.session, reader(at), "known", after=None, limit=99
    ),
    "audiences.export_members.export_members": exported,
    "audiences.rows.audience_rows_of": audience_rows,
    "audiences.preview_rule.preview_rule": lambda at: usecases.preview_rule(
        at.session, reader(at), PreviewRequest({"exists": "user.tier"})
    ),
    "audiences.profile_segment.profile_segment": lambda at: usecases.profile_segment(at.session, reader(at), "known"),
    "compute_features.compute_features": lambda at: usecases.compute_features(at.session, at.duckdb, as_of=NOW),
    "compute_features.compute_features_at": lambda at: all_of(compute_features_at(at.session, at.duckdb, [NOW])),
    "count_matches.count_matches": lambda at: usecases.count_matches(at.session, at=NOW),
    "build_index.build_index": lambda at: usecases.build_index(at.session, as_of=NOW, progress=lambda _: None),
    "load_subject.load_facts": lambda at: load_facts(at.session, [SHY]),
    "personalization.refresh_vectors.refresh_vectors": lambda at: refresh_vectors(at.session, at.duckdb, as_of=NOW),
    "plan.plan_changes": lambda at: usecases.plan_changes(
        at.session, [Change(Kind.SEGMENT, "known", {"segment_id": "known", "active": False})], at=NOW
    ),
}


@pytest.mark.parametrize("name", sorted(TRIED))
async def test_nothing_of_who_has_opted_out_is_read_or_told(world: World, name: str) -> None:
    answer = await TRIED[name](world)
    known = [each for each in (*world.session.told, repr(answer)) if MARK in each.replace(f"'{SHY}': None", "")]
    assert not known
