"""`GET /api/v1/features/{name}/values`: what the author of a rule is offered."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tessella.domain.identifiers import Role
from tests.database import Dsns
from tests.http.definitions import created
from tests.loyalty import Programme, opened_programme
from tests.sharing import share

pytestmark = pytest.mark.anyio

COUNT = 60
FEATURES: tuple[dict[str, Any], ...] = (
    {"name": "tier", "type": "string", "allowed_values": ["VIP", "none", "rare", "unseen"]},
    {"name": "tags", "type": "string_list"},
    {"name": "active", "type": "boolean"},
    {"name": "spent", "type": "number"},
    {"name": "seen", "type": "timestamp"},
    {"name": "card", "type": "string"},
    {"name": "email", "type": "string", "personal": True},
    {"name": "empty", "type": "string"},
)


def facts_of(at: int) -> dict[str, Any]:
    return {
        "tier": "VIP" if at % 3 == 0 else "rare" if at == 1 else "none",
        "tags": ["a", "b"] if at % 2 else ["a"],
        "active": at % 4 != 0,
        "spent": at,
        "seen": f"2026-01-{1 + at % 28:02}T00:00:00Z",
        "card": f"C{at:08}",
    }


@pytest.fixture(scope="module")
async def programme(
    anyio_backend: str, database: Dsns, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Programme]:
    async with opened_programme(database, tmp_path_factory.mktemp("shop")) as opened:
        admin = await opened.client()
        for feature in FEATURES:
            await created(admin, "features", feature)
        facts = [{"subject_id": f"h{at:04}", "values": facts_of(at)} for at in range(COUNT)]
        stored = await admin.post("/api/v1/facts", json={"facts": facts})
        assert stored.status_code == 202, stored.text
        async with opened.session() as session:
            await share(session, [f"h{at:04}" for at in range(COUNT)])
        await opened.calculate()
        await created(admin, "features", {"name": "late", "type": "string"})
        yield opened


@pytest.fixture(scope="module")
async def shop(programme: Programme) -> httpx.AsyncClient:
    return await programme.client()


async def values(client: httpx.AsyncClient, name: str, **asked: str | int) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/features/{name}/values", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def told(found: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(each["value"], each["subjects"]) for each in found["values"]]


async def test_the_most_frequent_values_come_first_and_then_what_is_allowed_and_nobody_has(
    shop: httpx.AsyncClient,
) -> None:
    found = await values(shop, "tier")
    assert told(found) == [("none", 39), ("VIP", 20), ("rare", None), ("unseen", None)]
    assert (found["values"][0]["share"], found["subjects"], found["why_none"]) == (39 / 60, 60, "")
    assert found["as_of"] is not None


async def test_a_prefix_finds_texts_whatever_their_case(shop: httpx.AsyncClient) -> None:
    assert told(await values(shop, "tier", prefix="vI")) == [("VIP", 20)]
    assert told(await values(shop, "tier", limit=1)) == [("none", 39)]
    assert told(await values(shop, "tags", prefix="B")) == [("b", 30)]


async def test_of_a_list_each_text_counts_and_of_a_switch_both_sides(shop: httpx.AsyncClient) -> None:
    assert told(await values(shop, "tags")) == [("a", 60), ("b", 30)]
    assert told(await values(shop, "active")) == [(True, 45), (False, 15)]


async def test_of_a_number_or_a_moment_quantiles_are_told(shop: httpx.AsyncClient) -> None:
    found = await values(shop, "spent")
    assert (found["quantiles"]["minimum"], found["quantiles"]["maximum"], found["values"]) == (0, 59, [])
    assert (found["quantiles"]["p25"], found["quantiles"]["median"], found["quantiles"]["p75"]) == (14, 29, 44)
    assert (await values(shop, "seen"))["quantiles"]["minimum"].startswith("2026-01-01T00:00:00")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("card", "identifier"), ("email", "personal"), ("empty", "nobody_has_one"),
        ("late", "not_in_audience"), ("ctx.surface", "not_stored"), ("item.brand", "not_stored"),
    ],
)  # fmt: skip
async def test_what_is_not_suggested_says_why(shop: httpx.AsyncClient, name: str, why: str) -> None:
    found = await values(shop, name)
    assert (found["values"], found["quantiles"], found["why_none"]) == ([], None, why)


@pytest.mark.parametrize("prefix", ["%", "_", "'; DROP TABLE x; --", "$prefix", "\x00", "\\", "\u202e", "İ", "{}"])
async def test_no_prefix_is_more_than_the_beginning_of_a_text(shop: httpx.AsyncClient, prefix: str) -> None:
    assert told(await values(shop, "tier", prefix=prefix)) == []
    assert (await values(shop, "card", prefix=prefix))["values"] == []


async def test_an_identifier_is_not_found_out_letter_by_letter(shop: httpx.AsyncClient) -> None:
    assert (await values(shop, "card", prefix="C0000000"))["why_none"] == "identifier"


async def test_an_unknown_feature_is_not_found_and_a_long_prefix_refused(shop: httpx.AsyncClient) -> None:
    assert (await shop.get("/api/v1/features/tierr/values")).status_code == 404
    assert (await shop.get("/api/v1/features/tier/values", params={"prefix": "x" * 201})).status_code == 422


async def test_without_a_calculation_what_is_allowed_is_suggested(
    programme: Programme, database: Dsns, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with opened_programme(database, tmp_path_factory.mktemp("other")) as other:
        admin = await other.client()
        for feature in FEATURES[:2]:
            await created(admin, "features", feature)
        assert [value for value, _ in told(await values(admin, "tier"))] == ["VIP", "none", "rare", "unseen"]
        assert (await values(admin, "tags"))["why_none"] == "not_calculated"
        assert (await admin.get("/api/v1/features/spent/values")).status_code == 404


async def test_who_opts_out_is_not_counted_any_more(database: Dsns, tmp_path: Path) -> None:
    async with opened_programme(database, tmp_path / "home") as own:
        admin = await own.client()
        await created(admin, "features", {"name": "tags", "type": "string_list"})
        facts = [{"subject_id": f"h{at}", "values": {"tags": ["a"]}} for at in range(12)]
        assert (await admin.post("/api/v1/facts", json={"facts": facts})).status_code == 202
        await own.calculate()
        assert told(await values(admin, "tags")) == [("a", 12)]
        for subject_id in ("h0", "h1"):
            settings = {"subject_id": subject_id, "personalization_enabled": False, "data_sharing_consent": False}
            assert (await admin.post("/personalization/settings", json=settings)).status_code == 200
        assert told(await values(admin, "tags")) == [("a", 10)]
        settings["subject_id"] = "h2"
        await admin.post("/personalization/settings", json=settings)
        found = await values(admin, "tags")
        assert (found["values"], found["why_none"]) == ([], "too_few_share_one")


async def test_a_service_may_not_ask(programme: Programme) -> None:
    client = await programme.client(Role.SERVICE)
    assert (await client.get("/api/v1/features/tier/values")).status_code == 403
