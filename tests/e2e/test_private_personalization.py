"""Requirement D walked through: its examples as written, who may see what, and the rollout with its way back."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest

from tessella import usecases
from tessella.access import MATRIX, Extent
from tessella.bootstrap import Application
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import Instant, Namespace, Role, ScopeId, SubjectId
from tessella.domain.identity.keys import WantedKey
from tessella.domain.personalization.ranking import ScopeRanking, WhyDefault
from tessella.domain.privacy.consent import ConsentChange
from tessella.http.app import create_app
from tessella.http.listening import listen
from tessella.http.server import serve
from tessella.settings import Settings
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tessella.usecases.personalization.asked import read_asked
from tessella.usecases.personalization.evaluate import evaluate_rankings
from tessella.usecases.personalization.metrics import personalization_metrics
from tessella.usecases.personalization.nightly import nightly_refresh
from tessella.usecases.personalization.recommend import RankingRequest
from tessella.usecases.personalization.rehearse import rehearse_refresh
from tessella.usecases.privacy.retention import enforce_retention
from tessella.warehouse.duckdb import DuckDBWarehouse, DuckDBWorker
from tests.database import Dsns, define, scoped, session_of, storage_with
from tests.personalization import SCOPE, SIGNS, declare_horoscopes, item_of, live, sign_of, subject
from tests.tokens import AUDIENCE, ISSUER, SECRET, claims, hmac_signer

pytestmark = pytest.mark.anyio

#: Requirement D, "API Endpoints" and "Feature Flags": by request, the body as it is written.
EXAMPLES: Final[Mapping[str, str]] = {
    "POST /personalization/recommend": '{\n  "scope": "daily_horoscopes",\n  "limit": 10\n}',
    "GET /personalization/settings": "",
    "POST /personalization/settings": '{\n  "personalization_enabled": true,\n  "data_sharing_consent": false\n}',
    "GET /personalization/metrics": "",
    "POST /personalization/admin/evaluate": "",
    "POST /personalization/admin/refresh": "",
    "POST /admin/features": """{
  "personalization_rankings": true,
  "ml_models": false,
  "evaluation_metrics": true
}""",
}
#: Likewise "Environment Variables", with a host and a port that can be.
ENVIRONMENT = """
# Database
DB_DSN=postgresql://user:pass@host:5432/db

# Feature flags
PERSONALIZATION_ENABLED=true
ML_MODELS_ENABLED=false

# Job settings
FEATURE_REFRESH_BATCH_SIZE=500
RANKING_CACHE_TTL_HOURS=24
MAX_RANKING_ITEMS=50
"""
#: Likewise "Access Control Matrix".
ACCESS = """
| Role | Features | Rankings | Evaluation | Settings |
|------|----------|----------|------------|----------|
| Client | Own only | Own only | None | Own only |
| Reader | Own only | Own only | None | Own only |
| Monitor | None | None | None | None |
| Admin | All | All | Full | All |
| Superadmin | All | All | Full | All |
"""
CELLS: Final[Mapping[str, list[str]]] = {
    role.lower(): cells
    for role, *cells in ([cell.strip() for cell in line.split("|")[1:-1]] for line in ACCESS.strip().splitlines()[2:])
}
TABLES = ("personalization_features", "personalization_ranks", "personalization_eval", "personalization_settings")
OPERATIONS = (
    ("subjects.export",),
    ("personalization.recommend",),
    ("personalization.metrics", "personalization.evaluate", "personalization.refresh"),
    ("settings.read", "settings.write"),
)
#: Likewise "Rollback Plan".
ROLLBACK = "UPDATE tessella.personalization_settings SET personalization_enabled = false"
ENABLED = "PERSONALIZATION_ENABLED"
DAILY = ScopeId(SCOPE)
MINE, THEIRS = subject(0), subject(1)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[DuckDBWarehouse]:
    with DuckDBWorker(memory_limit="500MB", threads=1) as worker:
        yield DuckDBWarehouse(worker)


@pytest.fixture
async def people(storage: Storage, namespace: Namespace, warehouse: DuckDBWarehouse) -> StoredSession:
    """Eight who were active, with settings, and what a night makes of them."""
    session = await session_of(storage, namespace)
    await declare_horoscopes(session)
    now = session.now()
    await live(session, 8, until=now)
    for number in range(8):
        await session.change_consent(subject(number), ConsentChange(personalization_enabled=True))
    await nightly_refresh(session, warehouse, as_of=now, begun_at=now, batch_size=3)
    return session


@pytest.fixture
async def port(storage: Storage, tmp_path: Path) -> AsyncIterator[int]:
    """Of a server on loopback that takes the tokens of an issuer."""
    settings = Settings(home=tmp_path / "home", jwt_issuer=ISSUER, jwt_audience=AUDIENCE, jwt_secret=SECRET)
    with listen() as listening:
        task = asyncio.create_task(serve(Application(settings, storage), listening))
        yield listening.getsockname()[1]
        task.cancel()
        await asyncio.wait([task])


async def curl(port: int, request: str, body: str, token: str) -> dict[str, Any]:
    method, path = request.split()
    sent = ["-d", body] if body else []
    process = await asyncio.create_subprocess_exec(
        "curl", "-sS", "--fail-with-body", "-X", method, f"http://127.0.0.1:{port}{path}", "-H",
        "Content-Type: application/json", "-H", f"Authorization: Bearer {token}", *sent,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, told = await process.communicate()
    assert process.returncode == 0, (request, out, told)
    answer: dict[str, Any] = json.loads(out)
    return answer


async def test_the_requests_of_document_d_are_answered_as_they_are_written(people, port, namespace):
    """By curl, with tokens: a client's for what is theirs, and an administrator's for the rest."""
    mine, admin = (
        hmac_signer().token(claims(time.time(), namespace=namespace, role=role, sub=MINE))
        for role in (Role.CLIENT, Role.ADMIN)
    )
    own = ("POST /personalization/recommend", "GET /personalization/settings", "POST /personalization/settings")
    told = {each: await curl(port, each, body, mine if each in own else admin) for each, body in EXAMPLES.items()}
    ranking = told["POST /personalization/recommend"]
    assert (ranking["scope"], ranking["cached"], ranking["model_version"]) == ("daily_horoscopes", True, "rule_v1")
    assert [tuple(each) for each in ranking["items"]] == [("id", "score", "confidence")] * len(SIGNS)
    assert ranking["items"][0]["id"] == item_of(sign_of(0))
    assert told["GET /personalization/settings"] == {"personalization_enabled": True, "data_sharing_consent": False}
    assert told["POST /personalization/settings"] == told["GET /personalization/settings"]
    assert told["GET /personalization/metrics"]["features"]["stored"] == 8
    asked = (told[f"POST /personalization/admin/{each}"]["job"] for each in ("evaluate", "refresh"))
    assert list(asked) == ["evaluate_personalization", "nightly_refresh"]
    assert told["POST /admin/features"] == json.loads(EXAMPLES["POST /admin/features"]) | {"rollout_percent": 100.0}


def test_the_environment_of_document_d_is_read_as_it_is_written(monkeypatch, tmp_path):
    for name, text in re.findall(r"^(\w+)=(.*)$", ENVIRONMENT, re.MULTILINE):
        monkeypatch.setenv(name, text)
    found = Settings(home=tmp_path)
    assert found.database_url.get_secret_value() == "postgresql://user:pass@host:5432/db"
    assert (found.personalization_enabled, found.ml_models_enabled) == (True, False)
    assert (found.feature_refresh_batch_size, found.ranking_cache_ttl_hours, found.max_ranking_items) == (500, 24, 50)
    for name, text in (("FEATURE_REFRESH_BATCH_SIZE", "7"), ("RANKING_CACHE_TTL_HOURS", "1"), (ENABLED, "false")):
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("TESSELLA_MAX_RANKING_ITEMS", "9")
    other = Settings(home=tmp_path)
    assert (other.feature_refresh_batch_size, other.ranking_cache_ttl_hours, other.personalization_enabled) == (
        7, 1, False,
    )  # fmt: skip
    assert other.max_ranking_items == 9, "the name of ours wins"


@pytest.mark.parametrize("role", CELLS)
async def test_each_role_reads_the_rows_that_document_d_gives_it(people, database, namespace, role):
    """The cells of its matrix in SQL. A subject's columns are told by the subjects who are seen."""
    assert {table: seen(database, namespace, role, table) for table in TABLES} == {
        table: {"None": set(), "Own only": {MINE}, "All": {*map(subject, range(8))}, "Full": {"all"}}[cell]
        for table, cell in zip(TABLES, CELLS[role], strict=True)
    }


@pytest.mark.parametrize("role", CELLS)
def test_the_declared_matrix_says_what_document_d_says(role):
    """Of tables and of operations alike: either would be refused by the other too."""
    extents = {"None": Extent.NONE, "Own only": Extent.OWN, "All": Extent.ANY, "Full": Extent.ANY}
    for table, operations, cell in zip(TABLES, OPERATIONS, CELLS[role], strict=True):
        reached = (
            MATRIX.tables[table].reach("select", Role(role)),
            *(MATRIX.may(Role(role), each) for each in operations),
        )
        assert set(reached) == {extents[cell]}, table


def seen(database: Dsns, namespace: Namespace, role: str, table: str) -> set[str]:
    column = {"personalization_eval": "'all'", "personalization_settings": "subject_id"}.get(table, "user_id")
    with scoped(database.app, namespace, role, MINE if role in ("client", "reader") else "") as connection:
        try:
            return {each for (each,) in connection.execute(f"SELECT DISTINCT {column} FROM tessella.{table}")}
        except psycopg.errors.InsufficientPrivilege:
            return set()


@pytest.mark.parametrize("role", CELLS)
async def test_each_role_is_answered_what_document_d_gives_it(people, storage, namespace, tmp_path, role):
    """The same over HTTP: for one's own subject, and for another."""
    application = Application(Settings(home=tmp_path / "home"), storage)
    bound = {"subject_id": MINE} if role in ("client", "reader") else {}
    key = await application.administration.create(namespace, WantedKey(Role(role), **bound))
    transport = httpx.ASGITransport(create_app(application))
    headers = {"Authorization": f"Bearer {key.text}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        reached = [await answered(client, each) for each in (MINE, THEIRS)]
    may = {"None": (False, False), "Own only": (True, False), "All": (True, True), "Full": (True, True)}
    wanted = [may[cell] for cell in CELLS[role]]
    assert [*zip(*reached, strict=True)] == wanted


async def answered(client: httpx.AsyncClient, subject_id: SubjectId) -> list[bool]:
    """Whether features, rankings, evaluation and settings of a subject are answered; all of one area alike."""
    named = {"subject_id": subject_id}
    areas = (
        [await client.get(f"/api/v1/subjects/{subject_id}/export")],
        [await client.post("/personalization/recommend", json={"scope": SCOPE, **named})],
        [
            await client.get("/personalization/metrics"),
            await client.post("/personalization/admin/evaluate"),
            await client.post("/personalization/admin/refresh"),
        ],
        [
            await client.get("/personalization/settings", params=named),
            await client.post("/personalization/settings", json={"personalization_enabled": True, **named}),
        ],
    )
    found = [{each.is_success for each in area} for area in areas]
    refused = [each for area in areas for each in area if not each.is_success]
    assert {each.status_code for each in refused} <= {403}, [each.text for each in refused]
    assert [len(each) for each in found] == [1] * 4
    return [each.pop() for each in found]


async def test_the_same_inputs_give_the_same_ranking_in_any_process_and_order(people, database, namespace, tmp_path):
    """Each process computes everything anew, one from the first subject on and one from the last."""
    found = []
    for home, numbers in (("one", range(8)), ("other", range(7, -1, -1))):
        with psycopg.connect(database.superuser) as connection:
            connection.execute("DELETE FROM tessella.personalization_ranks WHERE namespace = %s", [namespace])
        async with storage_with(database.app, tmp_path / home) as storage:
            session = await session_of(storage, namespace)
            shown_there = {number: await shown(session, number) for number in numbers}
        assert not any(each.cached for each in shown_there.values())
        found.append({number: [*each.items] for number, each in shown_there.items()})
    assert found[0] == found[1]


async def shown(session: StoredSession, number: int) -> ScopeRanking:
    return await usecases.recommend_scope(session, RankingRequest(DAILY, 10, subject(number)))


def rows(database: Dsns, namespace: Namespace) -> dict[str, list[Any]]:
    """Everything of personalization but what the settings say."""
    with psycopg.connect(database.superuser) as connection:
        found = {
            table: connection.execute(f"SELECT * FROM tessella.{table} WHERE namespace = %s", [namespace]).fetchall()
            for table in (*TABLES[:3], "personalization_rationales", "events", "subject_facts")
        }
        settings = "SELECT subject_id, data_sharing_consent FROM tessella.personalization_settings WHERE namespace = %s"
        found["settings"] = connection.execute(settings, [namespace]).fetchall()
    return {table: sorted(told, key=repr) for table, told in found.items()}


async def test_at_first_everybody_has_the_default_order_and_a_dry_run_says_what_data_there_is(
    database, namespace, tmp_path, warehouse, monkeypatch
):
    """Phase 1: deployed while switched off."""
    monkeypatch.setenv(ENABLED, "false")
    async with storage_with(database.app, tmp_path, namespace) as storage:
        session = await session_of(storage, namespace)
        await declare_horoscopes(session)
        now = session.now()
        await live(session, 8, until=now)
        before = rows(database, namespace)
        assert {(await shown(session, each)).why_default for each in range(8)} == {WhyDefault.SWITCHED_OFF}
        told = await rehearse_refresh(session, warehouse, as_of=now, batch_size=500)
        assert (told.switched_on, told.active, told.computed, told.failed, told.dropped) == (False, 8, 8, 0, {})
        assert await nightly_refresh(session, warehouse, as_of=now, begun_at=now, batch_size=500) is None
        assert rows(database, namespace) == before


async def test_a_tenth_is_compared_with_the_random_order_and_then_all_who_let_us(people, storage, namespace, warehouse):
    """Phases 2 and 3."""
    declared = people.snapshot().definitions.scopes[DAILY]
    variants = [{"variant_id": each, "name": each, "content": {"order": each}} for each in ("rule_v1", "random")]
    test = {"experiment_id": "order", "name": "Against chance", "status": "running", "expected": 0.1}
    await define(people, Kind.EXPERIMENT, "order", **test, variants=variants)
    boosts = [{"add": 0.3, "equal": {"subject": "user.zodiac", "item": "item.zodiac"}, "tag": "user_zodiac"}]
    body = {"scope_id": SCOPE, "base": declared.base, "boosts": boosts, "experiment_id": "order"}
    await define(people, Kind.SCOPE, SCOPE, **body)
    session = await session_of(storage, namespace)
    await session.change_consent(THEIRS, ConsentChange(personalization_enabled=False))
    orders = {}
    for percent in (10.0, 50.0, 100.0):
        await usecases.set_flags(session, {"rollout_percent": percent})
        found = {number: await shown(session, number) for number in range(60)}
        orders[percent] = {number: each.model_version for number, each in found.items() if each.why_default is None}
    assert 1 <= len(orders[10.0]) <= 15
    assert orders[10.0].items() <= orders[50.0].items() <= orders[100.0].items(), "who is in stays in, with one order"
    assert set(orders[100.0].values()) == {"rule_v1", "random"}
    assert orders[100.0].keys() == {*range(60)} - {1}, "all but who has opted out"
    figures = await evaluate_rankings(session, warehouse, read_asked({"period": "monthly"}, now=session.now()))
    told = {each.model_version: each.value for each in figures if each.metric == "map"}
    assert told["rule_v1"] > told["random"], "the order is compared with chance"


async def test_all_data_stays_intact_through_a_rollback_and_serves_again_after_it(
    people, database, namespace, tmp_path, warehouse, monkeypatch
):
    """Both steps of the rollback plan, a night meanwhile, and both taken back."""
    before = rows(database, namespace)
    assert all(before[table] for table in before)
    change_by_hand(database, namespace, ROLLBACK)
    monkeypatch.setenv(ENABLED, "false")
    async with storage_with(database.app, tmp_path / "back") as storage:
        session = await session_of(storage, namespace)
        now = session.now()
        found = [await shown(session, each) for each in range(8)]
        assert {(each.model_version, each.cached) for each in found} == {("default", False)}
        assert len({tuple(item.item_id for item in each.items) for each in found}) == 1, "one order for everybody"
        assert await nightly_refresh(session, warehouse, as_of=now, begun_at=now, batch_size=500) is None
        assert set((await enforce_retention(session, now=now)).values()) == {0}
        assert rows(database, namespace) == before
    monkeypatch.delenv(ENABLED)
    change_by_hand(database, namespace, ROLLBACK.replace("false", "true"))
    async with storage_with(database.app, tmp_path / "again") as storage:
        session = await session_of(storage, namespace)
        for number in range(8):
            ranking = await shown(session, number)
            assert (ranking.model_version, ranking.items[0].item_id) == ("rule_v1", item_of(sign_of(number)))


async def test_the_update_reaches_who_has_settings_and_the_switch_reaches_everybody(people, database, namespace):
    change_by_hand(database, namespace, ROLLBACK)
    assert (await shown(people, 0)).why_default is WhyDefault.OPTED_OUT
    assert (await shown(people, 50)).why_default is None, "without settings the defaults hold"
    await usecases.set_flags(people, {"personalization_rankings": False})
    assert (await shown(people, 50)).why_default is WhyDefault.SWITCHED_OFF


def change_by_hand(database: Dsns, namespace: Namespace, statement: str) -> None:
    with scoped(database.app, namespace, Role.ADMIN) as connection:
        assert connection.execute(statement).rowcount == 8
        connection.commit()


async def test_what_is_to_be_monitored_is_told_with_its_figures_to_administrators(people):
    """ "Key Metrics to Monitor" and "Common Issues": extraction, activity, rankings, opt-outs, and each metric."""
    told = await personalization_metrics(people)
    assert (told.kept.subjects, told.kept.rankings, told.opt_outs.opted_out) == (8, {SCOPE: 8}, 0)
    found = {each.metric: (each.value, each.sample_size) for each in told.figures}
    assert found["extraction_success"] == (1.0, 8)
    assert {"click_through_rate", "completion_rate", "avg_session_duration_sec", "return_rate"} <= found.keys()
    assert max(Instant(each.evaluated_at) for each in told.figures) <= people.now()
