"""Sources of customers over HTTP: their columns, features declared on them, and one customer's row."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.ports import Caller
from tessella.settings import Settings
from tests.customers import CUSTOMERS, SHOP, storage_over, write_view
from tests.database import Dsns
from tests.http.conftest import MakeClient
from tests.http.definitions import created

pytestmark = pytest.mark.anyio

COLUMNS = "/api/loyalty/v1/dwh/columns"
CUSTOMER = "/api/loyalty/v1/dwh/customers"
DECLARE = "/api/v1/sources/shop/features"


@pytest.fixture
async def application(database: Dsns, namespace: Namespace, tmp_path: Path) -> AsyncIterator[Application]:
    """A process that reads the sources below its home."""
    write_view(tmp_path, namespace)
    async with storage_over(database, tmp_path) as storage:
        await storage.administration.create_namespace(namespace)
        yield Application(Settings(home=tmp_path), storage)


@pytest.fixture
async def shop(admin: httpx.AsyncClient) -> httpx.AsyncClient:
    """The administrator of a namespace with the source `shop`."""
    await created(admin, "sources", SHOP)
    return admin


async def columns_of(client: httpx.AsyncClient, **query: str) -> dict[str, Any]:
    found = await client.get(COLUMNS, params=query)
    assert found.status_code == 200, found.text
    return {each["name"]: each for each in found.json()["columns"]}


async def declare(client: httpx.AsyncClient, *names: str) -> httpx.Response:
    return await client.post(DECLARE, json={"columns": list(names)})


async def test_the_columns_of_the_only_source_are_listed_with_and_without_a_slash(shop: httpx.AsyncClient) -> None:
    plain, slashed = await shop.get(COLUMNS), await shop.get(f"{COLUMNS}/")
    assert plain.json() == slashed.json()
    assert [each["name"] for each in plain.json()["columns"]] == [
        "customer_id", "total_revenue", "churn_score", "active_products_count", "customer_status", "email",
        "last_order_at",
    ]  # fmt: skip
    assert (plain.json()["source_id"], plain.json()["sampled_rows"], plain.json()["is_whole"]) == ("shop", 4, True)


async def test_a_column_has_a_type_a_group_and_what_its_sample_holds(shop: httpx.AsyncClient) -> None:
    columns = await columns_of(shop)
    assert {name: (each["type"], each["group"]) for name, each in columns.items()} == {
        "customer_id": ("string", "DWH Columns"), "total_revenue": ("number", "Financial"),
        "churn_score": ("number", "Risk & Engagement"), "active_products_count": ("integer", "Activity"),
        "customer_status": ("string", "Profile"), "email": ("string", "DWH Columns"),
        "last_order_at": ("timestamp", "Activity"),
    }  # fmt: skip
    revenue, status = columns["total_revenue"]["statistics"], columns["customer_status"]["statistics"]
    assert (revenue["null_share"], revenue["range"]) == (0.25, [120.5, 900.0])
    assert status["top"][0] == {"value": "active", "count": 1}
    assert columns["last_order_at"]["statistics"]["range"][0] == "2025-11-02T08:30:00+00:00"


async def test_personal_columns_and_the_key_have_no_statistics(shop: httpx.AsyncClient) -> None:
    columns = await columns_of(shop)
    assert [name for name, each in columns.items() if each["personal"]] == ["customer_id", "email"]
    assert columns["email"]["statistics"] is columns["customer_id"]["statistics"] is None
    assert "example.org" not in (await shop.get(COLUMNS)).text


async def test_a_column_with_addresses_in_it_is_personal_whatever_it_is_called(
    shop: httpx.AsyncClient, namespace: Namespace, tmp_path: Path
) -> None:
    write_view(tmp_path, namespace, "SELECT 'ada' AS customer_id, 'ada@example.org' AS contact, 'gold' AS tier")
    columns = await columns_of(shop)
    assert (columns["contact"]["personal"], columns["contact"]["statistics"]) == (True, None)
    assert columns["tier"]["statistics"]["top"] == [{"value": "gold", "count": 1}]
    declared = (await declare(shop, "contact", "tier")).json()["features"]
    assert [each.get("personal", False) for each in declared] == [True, False]


async def test_a_service_is_not_told_what_few_customers_share(shop: httpx.AsyncClient, make_client: MakeClient) -> None:
    found = (await (await make_client(Role.SERVICE)).get(COLUMNS)).json()
    assert found["sampled_rows"] is None
    assert {each["statistics"] for each in found["columns"]} == {None}


async def test_columns_are_declared_as_features_of_the_types_they_have(shop: httpx.AsyncClient) -> None:
    made = await declare(shop, "total_revenue", "active_products_count", "email", "last_order_at")
    assert made.status_code == 201, made.text
    stored = [(await shop.get(f"/api/v1/features/{name}")).json() for name in ("total_revenue", "email")]
    assert [(each["type"], each["source"], each["customer_source"], each["group"]) for each in stored] == [
        ("number", "warehouse", "shop", "Financial"), ("string", "warehouse", "shop", "DWH Columns"),
    ]  # fmt: skip
    assert [each["personal"] for each in stored] == [False, True]
    assert (await columns_of(shop))["total_revenue"]["feature"] == "total_revenue"
    assert (await declare(shop, "total_revenue")).json() == {"features": [], "left": []}


async def test_without_names_every_column_but_the_key_is_declared(
    shop: httpx.AsyncClient, namespace: Namespace, tmp_path: Path
) -> None:
    odd = """SELECT *, 1 AS "收入", 2 AS "select ""x""; --", MAP {'a': 1} AS bag FROM (""" + CUSTOMERS + ")"
    write_view(tmp_path, namespace, odd)
    made = (await shop.post(DECLARE, json={})).json()
    assert [each["name"] for each in made["features"]] == [
        "total_revenue", "churn_score", "active_products_count", "customer_status", "email", "last_order_at",
        "select_x_--",
    ]  # fmt: skip
    assert [each["pointer"] for each in made["left"]] == ["/columns/收入", "/columns/bag"]
    row = (await shop.get(f"{CUSTOMER}/ada")).json()
    assert row["select_x_--"] == 2


async def test_columns_that_cannot_be_declared_are_refused_all_at_once_and_nothing_is_stored(
    shop: httpx.AsyncClient,
) -> None:
    await created(shop, "features", {"name": "churn_score", "type": "number"})
    refused = await declare(shop, "total_revenue", "churn_score", "revenu")
    assert refused.status_code == 422
    assert {each["pointer"]: each["message"] for each in refused.json()["errors"]} == {
        "/columns/2": 'There is no column "revenu" in this namespace.',
        "/columns/1": 'The feature "churn_score" exists already.',
    }
    assert (await shop.get("/api/v1/features/total_revenue")).status_code == 404


async def test_a_customers_row_is_a_dict_of_declared_columns_none_of_them_personal(shop: httpx.AsyncClient) -> None:
    await declare(shop, "total_revenue", "churn_score", "active_products_count", "customer_status", "email")
    found = await shop.get(f"{CUSTOMER}/ada/")
    assert found.json() == {
        "customer_id": "ada", "total_revenue": 532.26, "churn_score": 0.46, "active_products_count": 3,
        "customer_status": "active",
    }  # fmt: skip


async def test_while_the_source_is_away_the_last_known_row_is_shown_with_a_warning(
    shop: httpx.AsyncClient, application: Application, namespace: Namespace, tmp_path: Path
) -> None:
    await declare(shop, "total_revenue")
    fresh = await shop.get(f"{CUSTOMER}/ada")
    (tmp_path / "warehouse" / namespace / "shop" / "customer_features_view.parquet").unlink()
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        session._parts.customer_rows.forget(namespace)  # type: ignore[attr-defined]  # as a calculation does
    kept = await shop.get(f"{CUSTOMER}/ada")
    assert (kept.json(), kept.headers["warning"]) == (fresh.json(), '110 - "Response is Stale"')
    assert "warning" not in fresh.headers
    assert (await shop.get(f"{CUSTOMER}/bob")).status_code == 503


async def test_a_customer_whom_the_source_does_not_know_is_not_found(shop: httpx.AsyncClient) -> None:
    await declare(shop, "total_revenue")
    found = await shop.get(f"{CUSTOMER}/nobody")
    assert (found.status_code, found.json()["detail"]) == (404, 'There is no customer "nobody" in this namespace.')


async def test_the_row_of_a_customer_who_opted_out_is_not_read(
    shop: httpx.AsyncClient, application: Application, namespace: Namespace
) -> None:
    await declare(shop, "total_revenue")
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        await session.set_consent(SubjectId("ada"), Consent(personalization_enabled=False))
    assert (await shop.get(f"{CUSTOMER}/ada")).status_code == 403


async def test_without_a_source_both_paths_say_how_to_declare_one(admin: httpx.AsyncClient) -> None:
    for path in (COLUMNS, f"{CUSTOMER}/ada"):
        found = await admin.get(path)
        assert (found.status_code, found.json()["detail"]) == (
            404, "No source of customers is declared in this namespace.",
        )  # fmt: skip


async def test_columns_that_are_declared_again_under_their_key_are_answered_as_before(shop: httpx.AsyncClient) -> None:
    first, again = [
        await shop.post(DECLARE, json={"columns": ["total_revenue"]}, headers={"Idempotency-Key": "k"})
        for _ in range(2)
    ]
    assert (first.status_code, [each["name"] for each in first.json()["features"]]) == (201, ["total_revenue"])
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    other = await shop.post(DECLARE, json={}, headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:tessella:key-reused")


async def test_a_fact_under_the_name_of_a_column_is_refused_as_nobody_would_read_it(shop: httpx.AsyncClient) -> None:
    await shop.post(DECLARE, json={"columns": ["total_revenue"]})
    facts = {"facts": [{"subject_id": "ada", "values": {"total_revenue": 5}}]}
    refused = await shop.post("/api/v1/facts", json=facts)
    assert refused.status_code == 422
    assert 'it is read from the source "shop"' in refused.json()["detail"]


async def test_where_there_are_two_sources_the_query_says_which(
    shop: httpx.AsyncClient, namespace: Namespace, tmp_path: Path
) -> None:
    write_view(tmp_path, namespace, "SELECT 'ada' AS customer_id, 12 AS points", source="club")
    await created(shop, "sources", SHOP | {"source_id": "club", "location": "club"})
    unclear = await shop.get(COLUMNS)
    assert (unclear.status_code, unclear.json()["detail"]) == (422, "There are several sources: club, shop.")
    assert list(await columns_of(shop, source="club")) == ["customer_id", "points"]


async def test_a_source_whose_file_is_not_there_is_a_problem_with_its_name(shop: httpx.AsyncClient) -> None:
    await created(shop, "sources", SHOP | {"source_id": "gone", "location": "gone"})
    found = await shop.get(COLUMNS, params={"source": "gone"})
    assert (found.status_code, found.json()["type"]) == (409, "urn:tessella:view-gone")
    assert '"gone"' in found.json()["detail"]


async def test_a_location_with_a_password_is_refused_and_not_repeated(admin: httpx.AsyncClient) -> None:
    bank = {"source_id": "bank", "engine": "postgresql", "location": "postgresql://me:hunter2@bank/db"}
    refused = await admin.post("/api/v1/sources", json=bank)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/location")
    assert "hunter2" not in refused.text


async def test_a_source_that_features_are_read_from_cannot_be_deleted(shop: httpx.AsyncClient) -> None:
    await declare(shop, "total_revenue")
    refused = await shop.delete("/api/v1/sources/shop")
    assert refused.status_code == 409
    assert "feature total_revenue" in refused.json()["detail"]


async def test_roles_below_administrator_neither_see_nor_declare_sources(
    shop: httpx.AsyncClient, make_client: MakeClient
) -> None:
    reader = await make_client(Role.READER)
    assert (await reader.get("/api/v1/sources")).status_code == 403
    assert (await reader.get(COLUMNS)).status_code == 403
    assert (await reader.post(DECLARE, json={})).status_code == 403
