"""Rankings of scopes over HTTP: as requirement D writes them, for whom, and never with a word of why."""

import json
from typing import Any, Final

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.definitions import Kind
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import FeatureName, Instant, Namespace, Role, SubjectId
from tessella.domain.identity.keys import WantedKey
from tessella.domain.personalization.vector import FeatureVector
from tessella.domain.ranking.catalogue.item import Item
from tessella.http.app import create_app
from tessella.ports import StoredFact
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import define, session_of
from tests.domain.personalization.scopes import HOROSCOPES
from tests.experiments import BANNER, banner
from tests.http.routes import calls

pytestmark = pytest.mark.anyio

URL = "/personalization/recommend"
ASKED = {"scope": "daily_horoscopes", "limit": 10}
#: Requirement D, "Rationale Tags".
TAGS: Final = ("user_zodiac", "high_engagement", "responsive_user", "daily_habit", "social", "low_engagement")
SCOPE: Final = HOROSCOPES | {
    "tags": [{"tag": tag, "when": {"gte": ["session_count_30d", 1]}} for tag in TAGS[2:]],
}
#: What a client sends to each route that it may call; what is not here has no body.
SENT: Final[dict[str, Any]] = {
    "POST /api/v1/decide": {"context": {"ctx": {"device": "mobile"}}},
    "POST /api/v1/recommend": {},
    "POST /api/v1/events": {
        "events": [{"event_id": "e1", "subject_id": "anna", "event_type": "view", "occurred_at": iso(1)}],
    },
    "POST /api/v1/experiments/{experiment_id}/allocate": {"user_identifier": "anna"},
    "POST /api/v1/experiments/{experiment_id}/conversions": {"user_identifier": "anna", "event_id": "r1"},
    "POST /api/v1/experiments/{experiment_id}/conversions/batch": {
        "conversions": [{"user_identifier": "anna", "event_id": "r2"}],
    },
    "POST /ofrep/v1/evaluate/flags": {"context": {"targetingKey": "anna"}},
    "POST /ofrep/v1/evaluate/flags/{key}": {"context": {"targetingKey": "anna"}},
    "POST /personalization/recommend": ASKED,
    "POST /personalization/settings": {"personalization_enabled": True},
}  # fmt: skip
#: The parts of their paths.
NAMED: Final = {"experiment_id": str(BANNER), "key": "tessella.segment", "subject_id": "anna"}


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    """Anna is a leo who comes often, and there are five items."""
    session = await session_of(storage, namespace)
    await define(session, Kind.FEATURE, "user.zodiac", name="user.zodiac", type="string")
    for name, kind in (("item.zodiac", "string"), ("item.approved_at", "timestamp")):
        await define(session, Kind.FEATURE, name, name=name, type=kind, source="item")
    await define(session, Kind.SCOPE, "daily_horoscopes", **SCOPE)
    signs = ("aries", "leo", "libra", "taurus", "virgo")
    await session.put_items(
        [Item(f"200{at}", properties={"scopes": ["daily_horoscopes"], "zodiac": each}) for at, each in enumerate(signs)]
    )
    anna = SubjectId("anna")
    await session.add_facts([StoredFact(anna, FeatureName("user.zodiac"), "leo", Instant(1))])
    await session.replace_vectors([FeatureVector(anna, session.now(), engagement_score=0.9, session_count_30d=20)])
    return session


@pytest.fixture
async def anna(application: Application, admin: httpx.AsyncClient, namespace: Namespace) -> httpx.AsyncClient:
    """A client of the service with a key of Anna's."""
    return await bound(application, admin, namespace, "anna")


async def bound(
    application: Application, admin: httpx.AsyncClient, namespace: Namespace, subject: str
) -> httpx.AsyncClient:
    key = await application.administration.create(namespace, WantedKey(Role.CLIENT, subject_id=SubjectId(subject)))
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key.text}"}
    return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)


async def told(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post(URL, json=ASKED | body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_answer_has_the_shape_of_the_requirement_and_is_cached_the_second_time(session, anna):
    first = await told(anna)
    assert list(first) == ["scope", "items", "cached", "model_version"]
    assert first["items"][0] == {"id": "2001", "score": 1.0, "confidence": first["items"][0]["confidence"]}
    assert 0 < first["items"][0]["confidence"] < 1
    assert (first["scope"], first["cached"], first["model_version"]) == ("daily_horoscopes", False, "rule_v1")
    assert await told(anna) == first | {"cached": True}


async def test_who_has_opted_out_gets_the_default_order_in_the_same_shape(session, anna):
    personal = await told(anna)
    await anna.post("/personalization/settings", json={"personalization_enabled": False})
    found = await told(anna)
    assert (list(found), found["model_version"], found["cached"]) == (list(personal), "default", False)
    assert [each["id"] for each in found["items"]] == ["2000", "2001", "2002", "2003", "2004"]
    assert {tuple(each) for each in found["items"]} == {tuple(personal["items"][0])}


async def test_admins_and_services_name_the_subject_and_a_client_may_not_name_another(
    session, admin, make_client, anna
):
    assert (await told(admin, subject_id="anna"))["items"] == (await told(anna))["items"]
    assert (await told(await make_client(Role.SERVICE), subject_id="anna"))["cached"]
    assert (await told(admin))["model_version"] == "default"
    assert (await anna.post(URL, json=ASKED | {"subject_id": "bert"})).status_code == 403


async def test_a_limit_beyond_the_installations_is_cut_to_it_and_a_header_says_so(session, anna):
    cut = await anna.post(URL, json=ASKED | {"limit": 51})
    assert (cut.status_code, cut.headers["ranking-limit"]) == (200, "50")
    assert "ranking-limit" not in (await anna.post(URL, json=ASKED | {"limit": 50})).headers
    assert len((await told(anna, limit=2))["items"]) == 2


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"limit": 0}, "/limit"), ({"limit": "10"}, "/limit"), ({"limit": None}, "/limit"), ({"scope": ""}, "/scope"),
        ({"scope": 1}, "/scope"), ({"subject_id": ""}, "/subject_id"), ({"user_id": "anna"}, "/user_id"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_request_is_pointed_at(session, anna, body, pointer):
    refused = await anna.post(URL, json=ASKED | body)
    assert (refused.status_code, [each["pointer"] for each in refused.json()["errors"]]) == (422, [pointer])


async def test_a_scope_that_there_is_not_is_not_found_and_the_nearest_is_named(session, anna):
    refused = await anna.post(URL, json={"scope": "daily_horoscope"})
    assert (refused.status_code, refused.json()["errors"][0]["hint"]) == (404, 'Did you mean "daily_horoscopes"?')


async def test_why_items_stand_where_they_do_is_told_to_administrators_alone(session, admin, make_client, anna):
    await told(anna)
    asked = {"subject_id": "anna", "scope": "daily_horoscopes"}
    found = await admin.get("/personalization/admin/rationale", params=asked)
    assert found.json() == asked | {"tags": {f"200{at}": sorted(TAGS[1 - (at == 1) :]) for at in range(5)}}
    for role in (Role.CLIENT, Role.READER, Role.MONITOR, Role.SERVICE):
        refused = await (await make_client(role)).get("/personalization/admin/rationale", params=asked)
        assert refused.status_code == 403


async def test_no_answer_that_a_client_may_get_has_a_tag_in_it(session, admin, anna, application):
    """Every route that the document gives to clients, and each of them twice: made, and kept."""
    await define(session, Kind.EXPERIMENT, str(BANNER), **banner(status="running"))
    document = create_app(application).openapi()
    asked = 0
    for each in [*calls(document), *calls(document)]:
        path, _, _ = each.route.partition(" ")[2], None, None
        roles = document["paths"][path][each.method.lower()].get("x-roles", {"any": ["client"], "own": []})
        is_of_browsers = path == "/api/v1/session"  # it tells who asks, by a cookie
        if is_of_browsers or "client" not in {*roles["any"], *roles["own"]}:
            continue
        assert each.route in SENT or not each.takes_body, f"{each.route} has no example here"
        filled = path.format_map(NAMED)
        body = json.dumps(SENT[each.route]) if each.route in SENT else None
        answer = await anna.request(each.method, filled, content=body)
        assert answer.status_code < 300 or answer.status_code == 404, f"{each.route}: {answer.text}"
        seen = answer.text + str(answer.headers)
        assert [tag for tag in TAGS if tag in seen] == [], each.route
        asked += 1
    assert asked >= 2 * len(SENT)
    kept = await admin.get(
        "/personalization/admin/rationale", params={"subject_id": "anna", "scope": "daily_horoscopes"}
    )
    assert all(tag in kept.text for tag in TAGS), "the tags are there to be found"


async def test_flags_are_read_and_set_and_hold_for_the_next_request(session, admin, anna):
    path = "/admin/features"
    flags = {"personalization_rankings": True, "ml_models": False, "evaluation_metrics": True, "rollout_percent": 100.0}
    assert (await admin.get(path)).json() == flags
    asked = {"personalization_rankings": True, "ml_models": False, "evaluation_metrics": True}
    assert (await admin.post(path, json=asked)).json() == flags
    off = await admin.post(path, json={"personalization_rankings": False})
    assert off.json() == flags | {"personalization_rankings": False}
    assert (await told(anna))["model_version"] == "default"
    assert (await admin.post(path, json={"rollout_percent": 10})).json()["rollout_percent"] == 10.0


@pytest.mark.parametrize("body", [{"personalization_rankings": None}, {"rollout_percent": 101}, {"other": True}])
async def test_what_is_no_flag_is_refused_and_changes_nothing(session, admin, body):
    before = (await admin.get("/admin/features")).json()
    assert (await admin.post("/admin/features", json=body)).status_code == 422
    assert (await admin.get("/admin/features")).json() == before


async def test_hits_and_misses_and_why_there_was_none_are_counted(session, admin):
    for _ in range(3):
        await told(admin, subject_id="anna")
    await admin.post("/personalization/settings", json={"subject_id": "anna", "personalization_enabled": False})
    await told(admin, subject_id="anna")
    text = (await admin.get("/metrics")).text
    namespace = session.caller.namespace
    for outcome, count in (("computed", 1), ("cached", 2), ("opted_out", 1)):
        name = "tessella_personalization_rankings_total"
        assert f'{name}{{namespace="{namespace}",outcome="{outcome}"}} {count}.0' in text
