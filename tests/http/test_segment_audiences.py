"""Segments over everybody, over HTTP: a rule before it is saved, members, usage, profile, exports."""

import csv
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from tessella.domain.errors import NotSqlCapable
from tessella.domain.identifiers import Role, SubjectId
from tessella.domain.privacy.consent import Consent, ConsentChange
from tessella.http.shown.audiences import Viewer
from tests.database import Dsns
from tests.http.definitions import created, segment
from tests.loyalty import Programme, opened_programme
from tests.sharing import share

pytestmark = pytest.mark.anyio

#: h0000 to h0059: every third one is VIP, and spends more.
COUNT = 60
SEGMENTS = {
    "vip": (30, {"eq": ["user.tier", "VIP"]}),
    "rich": (20, {"gte": ["user.ltv_eur", 40]}),
    "home": (15, {"eq": ["ctx.surface", "home"]}),
    "both": (10, {"all": [{"in_segment": ["vip"]}, {"in_segment": ["rich"]}]}),
    "nested": (5, {"in_segment": ["both"]}),
}
RULE = {"all": [{"gte": ["user.ltv_eur", 30]}, {"not": {"eq": ["user.tier", "VIP"]}}]}


def ids(wanted: Callable[[int], bool]) -> list[str]:
    return [f"h{at:04}" for at in range(COUNT) if wanted(at)]


@asynccontextmanager
async def opened_shop(database: Dsns, home: Path) -> AsyncIterator[Programme]:
    async with opened_programme(database, home) as shop:
        await fill(await shop.client())
        async with shop.session() as session:
            await share(session, ids(lambda at: True))
        await shop.calculate()
        yield shop


async def fill(admin: httpx.AsyncClient) -> None:
    await created(admin, "features", {"name": "user.tier", "type": "string"})
    await created(admin, "features", {"name": "user.ltv_eur", "type": "number"})
    await created(admin, "features", {"name": "user.email", "type": "string", "personal": True})
    await created(admin, "profiles", {"profile_id": "novelty"})
    for name, (priority, expr) in SEGMENTS.items():
        profile_id = "novelty" if name == "vip" else None
        await created(admin, "segments", segment(name, expr, priority=priority, profile_id=profile_id))
    facts = [
        {"subject_id": f"h{at:04}", "values": {"user.tier": "VIP" if at % 3 == 0 else "none", "user.ltv_eur": at}}
        for at in range(COUNT)
    ]
    stored = await admin.post("/api/v1/facts", json={"facts": facts})
    assert stored.status_code == 202, stored.text


@pytest.fixture(scope="module")
async def read_only(
    anyio_backend: str, database: Dsns, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Programme]:
    """One for all tests that change nothing."""
    async with opened_shop(database, tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture(scope="module")
async def shop(read_only: Programme) -> httpx.AsyncClient:
    return await read_only.client()


@pytest.fixture
async def own(database: Dsns, tmp_path: Path) -> AsyncIterator[Programme]:
    """For a test that changes something."""
    async with opened_shop(database, tmp_path / "home") as shop:
        yield shop


async def preview(client: httpx.AsyncClient, **body: object) -> dict:
    answer = await client.post("/api/v1/segments/preview", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tessella:")


async def test_a_preview_counts_every_part_of_a_rule_and_what_segments_would_lose(shop: httpx.AsyncClient) -> None:
    shown = await preview(shop, expr=RULE)
    inside = ids(lambda at: at >= 30 and at % 3 != 0)
    assert (shown["rows"], shown["count"], shown["share"]) == (COUNT, len(inside), len(inside) / COUNT)
    assert [(each["pointer"], each["count"]) for each in shown["nodes"]] == [
        ("", len(inside)), ("/all/0", 30), ("/all/1", 40), ("/all/1/not", 20),
    ]  # fmt: skip
    assert shown["examples"] == inside[:20]
    rich = len([each for each in inside if each >= "h0040"])
    assert shown["losses"] == [
        {"segment_id": "rich", "loses": rich}, {"segment_id": "default", "loses": len(inside) - rich},
    ]  # fmt: skip
    assert shown["request_time"] == ["home"]
    assert (shown["canonical"], shown["sample"]) == (RULE, None)


async def test_a_rule_takes_nobody_from_segments_that_are_tried_before_it(shop: httpx.AsyncClient) -> None:
    everybody: dict = {"all": []}
    assert await lost(shop, expr=everybody) == {"vip": 20, "rich": 14, "default": 26}
    assert await lost(shop, expr=everybody, priority=25) == {"rich": 14, "default": 26}
    assert await lost(shop, expr=everybody, segment_id="rich") == {"default": 26}
    assert await lost(shop, expr=everybody, segment_id="nested") == {"default": 26}


async def test_losses_by_rules_that_have_changed_since_are_said_to_be(own: Programme) -> None:
    shop = await own.client()
    everybody: dict = {"all": []}
    assert (await preview(shop, expr=everybody))["changed_since"] == []
    await created(shop, "segments", segment("new", {"gte": ["user.ltv_eur", 55]}))
    assert (await preview(shop, expr=everybody))["changed_since"] == ["new"]
    await own.calculate()
    assert (await preview(shop, expr=everybody))["changed_since"] == []
    assert (await shop.put("/api/v1/segments/new", json=segment("new", {"exists": ["user.tier"]}))).is_success
    assert (await preview(shop, expr=everybody))["changed_since"] == ["new"]
    assert (
        await shop.put("/api/v1/segments/new", json=segment("new", {"exists": ["user.tier"]}, priority=99))
    ).is_success
    assert (await preview(shop, expr=everybody))["changed_since"] == ["both", "new", "rich", "vip"]


async def lost(client: httpx.AsyncClient, **body: object) -> dict[str, int]:
    return {each["segment_id"]: each["loses"] for each in (await preview(client, **body))["losses"]}


async def test_the_json_logic_form_is_counted_by_the_parts_of_its_canonical_form(shop: httpx.AsyncClient) -> None:
    shown = await preview(shop, expr={"and": [{">": [{"var": "user.ltv_eur"}, 49.5]}, {"!": False}]}, form="jsonlogic")
    assert shown["count"] == 10


async def test_a_rule_that_reads_the_request_is_counted_for_the_request_that_is_stated(shop: httpx.AsyncClient) -> None:
    rule = {"all": [{"eq": ["ctx.region", "FI"]}, {"eq": ["user.tier", "VIP"]}]}
    answer = await shop.post("/api/v1/segments/preview", json={"expr": rule})
    assert await problem(answer) == (422, "reads-the-request")
    assert answer.json()["errors"] == [{
        "pointer": "/expr",
        "message": "The rule reads ctx.region, which only a request carries: without one nobody can be counted.",
        "hint": 'Say what the request carries: "context": {"ctx.region": ...}.',
    }]  # fmt: skip
    assert (await preview(shop, expr=rule, context={"ctx": {"region": "FI"}}))["count"] == 20
    assert (await preview(shop, expr=rule, context={"ctx.region": "SE"}))["count"] == 0


async def test_a_rule_that_reads_the_clock_is_counted_at_the_moment_of_the_calculation(shop: httpx.AsyncClient) -> None:
    rule: dict = {"gte": ["ctx.hour", 0]}
    answer = await shop.post("/api/v1/segments/preview", json={"expr": rule})
    hint = 'Say what the request carries: "context": {}, for the moment of the calculation.'
    assert (await problem(answer), answer.json()["errors"][0]["hint"]) == ((422, "reads-the-request"), hint)
    assert (await preview(shop, expr=rule, context={}))["count"] == COUNT


async def test_a_rule_that_reads_a_segment_of_the_request_says_so_too(shop: httpx.AsyncClient) -> None:
    answer = await shop.post("/api/v1/segments/preview", json={"expr": {"not": {"in_segment": ["home"]}}})
    assert await problem(answer) == (422, "reads-the-request")


async def test_a_feature_that_the_calculation_does_not_hold_is_named(own: Programme) -> None:
    shop = await own.client()
    await created(shop, "features", {"name": "user.new", "type": "boolean"})
    body = {"expr": {"exists": ["user.new"]}}
    answer = await shop.post("/api/v1/segments/preview", json=body)
    assert await problem(answer) == (409, "not-in-audience")
    assert '"user.new"' in answer.json()["detail"]
    assert "tessella audiences calculate" in answer.json()["errors"][0]["hint"]
    await own.calculate()
    assert (await preview(shop, **body))["count"] == 0


async def test_a_feature_that_is_of_another_type_now_is_named(own: Programme) -> None:
    shop = await own.client()
    changed = await shop.put("/api/v1/features/user.ltv_eur", json={"name": "user.ltv_eur", "type": "integer"})
    assert changed.status_code == 200, changed.text
    answer = await shop.post("/api/v1/segments/preview", json={"expr": {"gte": ["user.ltv_eur", 5]}})
    assert await problem(answer) == (409, "feature-changed")
    assert 'holds the feature "user.ltv_eur" as number; it is integer now' in answer.json()["detail"]


async def test_a_fault_of_the_rule_is_told_with_its_pointer(shop: httpx.AsyncClient) -> None:
    answer = await shop.post("/api/v1/segments/preview", json={"expr": {"all": [{"eq": ["user.teir", 1]}]}})
    assert await problem(answer) == (422, "unknown-feature")
    assert answer.json()["errors"][0]["pointer"] == "/expr/all/0/eq/0"


async def test_a_rule_without_a_sql_form_is_counted_row_by_row_and_says_why(shop: httpx.AsyncClient) -> None:
    term: dict = {"var": "user.ltv_eur"}
    for _ in range(6):
        term = {"/": [1, term]}
    shown = await preview(shop, expr={"compare": [">", term, 40]})
    assert shown["sample"] == {"rows": COUNT, "of": COUNT, "because": NotSqlCapable(
        "duckdb", "arithmetic", "divisors are nested more than 4 deep").message}  # fmt: skip
    assert (shown["count"], shown["examples"]) == (19, ids(lambda at: at > 40))


async def test_without_a_calculation_the_answer_says_how_to_make_one(admin: httpx.AsyncClient) -> None:
    answer = await admin.post("/api/v1/segments/preview", json={"expr": {}})
    assert await problem(answer) == (409, "nothing-calculated")
    assert answer.json()["errors"][0]["hint"] == "Calculate first: `tessella audiences calculate`."


async def test_members_come_in_pages_until_the_next_calculation(own: Programme) -> None:
    shop = await own.client()
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (
            await shop.get("/api/v1/segments/vip/members", params={"limit": 7} | ({"cursor": cursor} if cursor else {}))
        ).json()
        found += page["items"]
        cursor = page["next_cursor"]
    assert found == ids(lambda at: at % 3 == 0)
    assert (await shop.get("/api/v1/segments/default/members")).json()["items"] == ids(lambda at: at % 3 and at < 40)
    kept = (await shop.get("/api/v1/segments/vip/members", params={"limit": 7})).json()["next_cursor"]
    await own.calculate()
    answer = await shop.get("/api/v1/segments/vip/members", params={"cursor": kept})
    assert await problem(answer) == (409, "cursor-of-another")
    assert answer.json()["errors"][0]["pointer"] == "/query/cursor"


async def test_members_of_a_segment_that_was_changed_since_are_said_to_be_of_the_rules_before(own: Programme) -> None:
    shop = await own.client()
    assert (await shop.get("/api/v1/segments/both/members")).json()["changed_since"] is False
    changed = await shop.put("/api/v1/segments/rich", json=segment("rich", {"gte": ["user.ltv_eur", 50]}, priority=20))
    assert changed.status_code == 200, changed.text
    told = {each: (await shop.get(f"/api/v1/segments/{each}/members")).json() for each in ("rich", "both", "vip")}
    assert {each: page["changed_since"] for each, page in told.items()} == {"rich": True, "both": True, "vip": False}
    assert told["rich"]["items"] == ids(lambda at: at >= 40)
    assert (await shop.get("/api/v1/segments/rich/profile")).json()["changed_since"] is True
    await own.calculate()
    page = (await shop.get("/api/v1/segments/rich/members")).json()
    assert (page["changed_since"], page["items"]) == (False, ids(lambda at: at >= 50))


async def test_a_segment_that_is_not_there_or_not_counted_has_no_members(shop: httpx.AsyncClient) -> None:
    assert await problem(await shop.get("/api/v1/segments/none/members")) == (404, "no-such")
    assert await problem(await shop.get("/api/v1/segments/home/members")) == (409, "not-counted")


async def test_who_opts_out_is_gone_from_everything_at_once(own: Programme) -> None:
    shop = await own.client()
    async with own.session() as session:
        await session.set_consent(SubjectId("h0000"), Consent(personalization_enabled=False))
    assert "h0000" not in (await shop.get("/api/v1/segments/vip/members")).json()["items"]
    shown = await preview(shop, expr={"eq": ["user.tier", "VIP"]})
    assert (shown["rows"], shown["count"], shown["examples"][0]) == (COUNT - 1, 19, "h0003")
    assert (await shop.get("/api/v1/segments/vip/profile")).json()["subjects"] == 19


async def test_usage_names_the_experiments_whose_targeting_reads_the_segment_or_a_reader_of_it(own: Programme) -> None:
    admin = await own.client()
    variants = [{"variant_id": "old", "name": "Old"}, {"variant_id": "new", "name": "New"}]
    for name, read in (("of-vip", "vip"), ("of-both", "both"), ("of-rich", "rich")):
        body = {"experiment_id": name, "name": name, "variants": variants, "targeting": {"in_segment": [read]}}
        await created(admin, "experiments", body)
    assert (await admin.get("/api/v1/segments/vip/usage")).json()["experiment_ids"] == ["of-both", "of-vip"]


async def test_usage_tells_the_profile_and_who_reads_a_segment(shop: httpx.AsyncClient) -> None:
    assert (await shop.get("/api/v1/segments/vip/usage")).json() == {
        "segment_id": "vip", "profile_id": "novelty", "active": True, "read_by": ["both"], "read_through": ["nested"],
        "webhook_ids": [], "experiment_ids": [],
    }  # fmt: skip
    assert await problem(await shop.get("/api/v1/segments/none/usage")) == (404, "no-such")


async def test_a_profile_tells_what_sets_a_segment_apart_and_nothing_personal(shop: httpx.AsyncClient) -> None:
    shown = (await shop.get("/api/v1/segments/rich/profile")).json()
    first = shown["differences"][0]
    assert (shown["subjects"], shown["rest"]) == (20, 40)
    assert (first["feature"], first["about"], first["sure"], first["own"]) == ("user.ltv_eur", "value", True, True)
    assert first["effect"] > 2
    assert (first["segment"], first["rest"]) == (pytest.approx(49.5, abs=0.2), pytest.approx(19.5, abs=0.2))
    assert {each["feature"] for each in shown["differences"]} <= {"user.ltv_eur", "user.tier"}


async def test_roles_below_admin_see_no_small_count_and_no_name(read_only: Programme) -> None:
    service = await read_only.client(Role.SERVICE)
    rule = {"all": [{"gte": ["user.ltv_eur", 55]}, {"gte": ["user.ltv_eur", 3]}]}
    shown = await preview(service, expr=rule)
    assert (shown["count"], shown["share"], shown["examples"]) == ("< 10", None, [])
    assert [(each["pointer"], each["count"]) for each in shown["nodes"]] == [
        ("", "< 10"), ("/all/0", "< 10"), ("/all/1", 60),
    ]  # fmt: skip
    assert shown["losses"] == [{"segment_id": "vip", "loses": "< 10"}, {"segment_id": "rich", "loses": "< 10"}]
    examples = (await preview(service, expr={"eq": ["user.tier", "VIP"]}))["examples"]
    assert len(examples) == 20
    assert not any(each.startswith("h0") for each in examples)
    assert (await service.get("/api/v1/segments/vip/members")).status_code == 403


def test_a_count_of_few_is_hidden_and_no_two_others_tell_of_few() -> None:
    service, admin = (Viewer(role, 10, str.upper) for role in (Role.SERVICE, Role.ADMIN))
    shown = {count: service.count(count) for count in (0, 9, 10, 51, 57, 60)}
    assert shown == {0: "< 10", 9: "< 10", 10: 10, 51: 50, 57: 60, 60: 60}
    assert (service.node("", 57, 60).share, service.node("", 3, 60).share) == (1.0, None)
    assert [admin.count(count) for count in (0, 9, 51)] == [0, 9, 51]


def test_the_number_of_examples_tells_no_more_than_the_count() -> None:
    subjects = [SubjectId(f"s{at}") for at in range(17)]
    service, admin = (Viewer(role, 10, str.upper) for role in (Role.SERVICE, Role.ADMIN))
    assert (len(service.names(subjects)), len(admin.names(subjects))) == (10, 17)


async def test_a_profile_of_few_is_for_administrators(own: Programme) -> None:
    shop = await own.client()
    await created(shop, "segments", segment("few", {"gte": ["user.ltv_eur", 55]}))
    await own.calculate()
    service = await own.client(Role.SERVICE)
    assert await problem(await service.get("/api/v1/segments/few/profile")) == (403, "too-few-to-show")
    assert (await service.get("/api/v1/segments/vip/profile")).status_code == 200
    assert (await shop.get("/api/v1/segments/few/profile")).json()["subjects"] == 5


async def test_members_are_exported_by_a_job(shop: httpx.AsyncClient, read_only: Programme) -> None:
    body = {"target": "vip.csv", "features": ["user.ltv_eur"]}
    asked = await shop.post("/api/v1/segments/vip/exports", json=body)
    assert asked.status_code == 202, asked.text
    again = await shop.post("/api/v1/segments/vip/exports", json=body)
    assert again.json()["run_id"] == asked.json()["run_id"]
    await read_only.work(asked.json()["run_id"])
    run = (await shop.get(f"/api/v1/jobs/{asked.json()['run_id']}")).json()
    assert run["state"] == "succeeded", run
    assert run["result"]["rows"] == 20
    assert read(Path(run["result"]["place"])) == [
        ["subject_id", "user.ltv_eur"],
        *([f"h{at:04}", f"{at}.0"] for at in range(0, COUNT, 3)),
    ]


async def test_everything_known_of_a_subject_names_their_segments_and_the_files_that_they_are_in(
    own: Programme,
) -> None:
    shop = await own.client()
    for form in ("csv", "parquet"):
        asked = await shop.post("/api/v1/segments/vip/exports", json={"target": f"vip.{form}", "form": form})
        await own.work(asked.json()["run_id"])
    told = (await shop.get("/api/v1/subjects/h0042/export")).json()
    assert (told["audience"]["segment_id"], told["audience"]["segments"]) == ("vip", ["vip", "rich", "both", "nested"])
    row = [{"subject_id": "h0042"}]
    assert told["files"] == [{"file": "vip.csv", "rows": row}, {"file": "vip.parquet", "rows": row}]
    assert (await shop.get("/api/v1/subjects/h0001/export")).json()["files"] == []


async def test_who_does_not_share_data_is_a_member_and_in_no_export(own: Programme) -> None:
    shop = await own.client()
    async with own.session() as session:
        await session.change_consent(SubjectId("h0003"), ConsentChange(data_sharing_consent=False))
        await session.change_consent(SubjectId("h0006"), ConsentChange(personalization_enabled=False))
    assert "h0003" in (await shop.get("/api/v1/segments/vip/members")).json()["items"]
    asked = await shop.post("/api/v1/segments/vip/exports", json={"target": "vip.csv"})
    await own.work(asked.json()["run_id"])
    run = (await shop.get(f"/api/v1/jobs/{asked.json()['run_id']}")).json()
    _, *rows = read(Path(run["result"]["place"]))
    assert [row[0] for row in rows] == ids(lambda at: at % 3 == 0 and at not in (3, 6))


async def test_everybody_is_exported_by_a_job_with_first_match_and_all_segments(
    shop: httpx.AsyncClient, read_only: Programme
) -> None:
    asked = await shop.post("/api/v1/audiences/exports", json={"target": "all.csv", "features": ["user.ltv_eur"]})
    assert asked.status_code == 202, asked.text
    await read_only.work(asked.json()["run_id"])
    run = (await shop.get(f"/api/v1/jobs/{asked.json()['run_id']}")).json()
    assert (run["state"], run["result"]["rows"]) == ("succeeded", COUNT)
    head, *rows = read(Path(run["result"]["place"]))
    assert head == ["subject_id", "segment_id", "segments", "user.ltv_eur"]
    assert rows[0] == ["h0000", "vip", '["vip"]', "0.0"]
    assert rows[1] == ["h0001", "default", "[]", "1.0"]
    assert rows[41] == ["h0041", "rich", '["rich"]', "41.0"]
    assert rows[42] == ["h0042", "vip", '["vip","rich","both","nested"]', "42.0"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"target": "../../x.csv"}, (422, "export-refused")),
        ({"target": "x.csv", "features": ["user.email"]}, (409, "not-in-audience")),
        ({"target": "x.csv", "features": ["segments"]}, (422, "wrong-shape")),
        ({"target": "x.csv", "segment_id": "vip"}, (422, "unknown-field")),
    ],
)
async def test_an_export_of_everybody_that_cannot_be_made_is_refused_at_once(
    shop: httpx.AsyncClient, body: dict, expected: tuple[int, str]
) -> None:
    assert await problem(await shop.post("/api/v1/audiences/exports", json=body)) == expected


async def test_only_administrators_export(read_only: Programme) -> None:
    service = await read_only.client(Role.SERVICE)
    for path in ("audiences/exports", "segments/vip/exports"):
        assert (await service.post(f"/api/v1/{path}", json={"target": "x.csv"})).status_code == 403


def read(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("vip", {"target": "../../x.csv"}, (422, "export-refused")),
        ("vip", {"target": "s3://bucket/x.csv"}, (422, "export-refused")),
        ("none", {"target": "x.csv"}, (404, "no-such")),
        ("home", {"target": "x.csv"}, (409, "not-counted")),
        ("vip", {"target": "x.csv", "features": ["user.email"]}, (409, "not-in-audience")),
        ("vip", {"target": "x.csv", "features": ["user.ltv_eur", "user.ltv_eur"]}, (422, "wrong-shape")),
        ("vip", {"target": "x.csv", "form": "xlsx"}, (422, "wrong-shape")),
    ],
)
async def test_an_export_that_cannot_be_made_is_refused_at_once(
    shop: httpx.AsyncClient, path: str, body: dict, expected: tuple[int, str]
) -> None:
    assert await problem(await shop.post(f"/api/v1/segments/{path}/exports", json=body)) == expected
