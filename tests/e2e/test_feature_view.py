"""Requirement E, "How Segments, Features, and ML Work Together": the feature view, the feature dict, and the rules."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tessella import usecases
from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.ports import Caller
from tessella.settings import Settings
from tests.customers import CUSTOMERS, SHOP, storage_over, write_view
from tests.database import Dsns, eventually

pytestmark = pytest.mark.anyio

#: As requirement E writes it.
RULE: dict[str, Any] = {
    "and": [
        {">": [{"var": "active_products_count"}, 2]},
        {"==": [{"var": "customer_status"}, "active"]},
        {">": [{"var": "total_revenue"}, 200]},
    ]
}
EXAMPLE = {"total_revenue": 532.26, "churn_score": 0.46, "active_products_count": 3, "customer_status": "active"}


@pytest.fixture
async def application(database: Dsns, namespace: Namespace, tmp_path: Path) -> AsyncIterator[Application]:
    """A process beside the file of `customer_features_view`."""
    write_view(tmp_path, namespace)
    async with storage_over(database, tmp_path) as storage:
        yield Application(Settings(home=tmp_path), storage)


@pytest.fixture
async def client(application: Application, namespace: Namespace) -> AsyncIterator[httpx.AsyncClient]:
    """An administrator of a namespace in which the columns of the view are declared."""
    key = await application.administration.create_key(namespace, Role.ADMIN)
    transport = httpx.ASGITransport(create_app(application))
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        await done(client.post("/api/v1/sources", json=SHOP))
        await done(client.post("/api/v1/sources/shop/features", json={}))
        yield client


async def done(request: Any) -> Any:
    response = await request
    assert response.is_success, response.text
    return response.json()


async def save(client: httpx.AsyncClient, expr: Any) -> None:
    rules = [{"rule_id": "rule", "form": "jsonlogic", "expr": expr}]
    await done(client.put("/api/v1/segments/high-value", json={"name": "High Value Customers", "rules": rules}))


async def segment_of(client: httpx.AsyncClient, customer: str) -> str:
    return str((await done(client.post("/api/v1/decide", json={"subject_id": customer})))["segment_id"])


async def holds(client: httpx.AsyncClient, expr: Any, customer: str = "ada") -> bool:
    await save(client, expr)
    return await segment_of(client, customer) == "high-value"


async def calculate(application: Application, namespace: Namespace) -> None:
    async with application.session(Caller(namespace, Role.ADMIN)) as session:
        with application.warehouse() as duckdb:
            await usecases.calculate_audiences(
                session, duckdb, application.open_engine, as_of=session.now(), progress=lambda _: None
            )


async def test_a_row_of_the_view_is_a_feature_dict(client: httpx.AsyncClient) -> None:
    """The customer of the example, under the names of the columns."""
    row = await done(client.get("/api/loyalty/v1/dwh/customers/ada/"))
    assert EXAMPLE.items() <= row.items()
    assert row["customer_id"] == "ada"
    assert "email" not in row


async def test_the_columns_are_listed_for_the_rule_builder(client: httpx.AsyncClient) -> None:
    listed = await done(client.get("/api/loyalty/v1/dwh/columns/"))
    columns = {each["name"]: each for each in listed["columns"]}
    assert listed["view"] == "customer_features_view"
    assert {name: (columns[name]["type"], columns[name]["group"]) for name in EXAMPLE} == {
        "total_revenue": ("number", "Financial"),
        "churn_score": ("number", "Risk & Engagement"),
        "active_products_count": ("integer", "Activity"),
        "customer_status": ("string", "Profile"),
    }
    revenue = columns["total_revenue"]["statistics"]
    assert (revenue["null_share"], revenue["range"]) == (0.25, [120.5, 900.0])
    assert (columns["email"]["personal"], columns["email"]["statistics"]) == (True, None)


async def test_the_example_rule_is_saved_as_it_is_written_and_decides(client: httpx.AsyncClient) -> None:
    await save(client, RULE)
    assert [await segment_of(client, each) for each in ("ada", "bob", "carl", "dora", "nobody")] == [
        "high-value", "default", "default", "default", "default",
    ]  # fmt: skip
    stored = await done(client.get("/api/v1/segments/high-value"))
    assert stored["rules"][0]["expr"] == RULE


async def test_the_example_rule_counts_whom_it_decides_for(
    client: httpx.AsyncClient, application: Application, namespace: Namespace
) -> None:
    await save(client, RULE)
    await calculate(application, namespace)
    counted = await done(client.get("/api/v1/segments/counts"))
    assert [(each["segment_id"], each["members"]) for each in counted["segments"]] == [("high-value", 1)]
    assert (await done(client.get("/api/v1/segments/high-value/members")))["items"] == ["ada"]
    previewed = await done(client.post("/api/v1/segments/preview", json={"expr": RULE, "form": "jsonlogic"}))
    assert [each["count"] for each in previewed["nodes"]] == [1, 2, 1, 2]


async def test_an_empty_rule_is_always_true(client: httpx.AsyncClient) -> None:
    assert await holds(client, {})
    assert await holds(client, {}, "nobody")


#: Rules over the example's row, with each operator of the list, and whether they hold.
OPERATORS: tuple[tuple[Any, bool], ...] = (
    ({"and": [{">": [{"var": "total_revenue"}, 500]}, {"<": [{"var": "churn_score"}, 0.5]}]}, True),
    ({"or": [{"==": [{"var": "customer_status"}, "gone"]}, {">": [{"var": "total_revenue"}, 500]}]}, True),
    ({"!": {"==": [{"var": "customer_status"}, "active"]}}, False),
    ({"!": [{"==": [{"var": "customer_status"}, "inactive"]}]}, True),
    ({">": [{"var": "total_revenue"}, 532.26]}, False),
    ({"<": [{"var": "active_products_count"}, 3]}, False),
    ({">=": [{"var": "active_products_count"}, 3]}, True),
    ({"<=": [{"var": "churn_score"}, 0.46]}, True),
    ({"==": [{"var": "active_products_count"}, 3]}, True),
    ({"!=": [{"var": "customer_status"}, "active"]}, False),
    ({"!=": [{"var": "customer_status"}, "inactive"]}, True),
    ({"in": [{"var": "customer_status"}, ["active", "lapsing"]]}, True),
    ({"in": [{"var": "customer_status"}, ["inactive"]]}, False),
    ({"var": "total_revenue"}, True),
)


async def test_each_operator_of_the_list_reads_the_row(client: httpx.AsyncClient) -> None:
    assert [(expr, await holds(client, expr)) for expr, _ in OPERATORS] == list(OPERATORS)


async def test_a_customer_without_a_value_matches_no_comparison(client: httpx.AsyncClient) -> None:
    assert await holds(client, {">": [{"var": "total_revenue"}, 0]}, "dora") is False


async def test_a_personal_column_cannot_be_read_by_a_rule(client: httpx.AsyncClient) -> None:
    expr = {"==": [{"var": "email"}, "ada@example.org"]}
    rules = [{"rule_id": "rule", "form": "jsonlogic", "expr": expr}]
    refused = await client.put("/api/v1/segments/high-value", json={"rules": rules})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tessella:personal-feature")


async def test_a_changed_row_decides_anew_once_audiences_are_calculated(
    client: httpx.AsyncClient, application: Application, namespace: Namespace, tmp_path: Path
) -> None:
    """Requirement E, Caching: kept for an hour, invalidated on segment recalculation."""
    assert await holds(client, RULE)
    write_view(tmp_path, namespace, f"SELECT * REPLACE (total_revenue / 10 AS total_revenue) FROM ({CUSTOMERS})")
    assert await segment_of(client, "ada") == "high-value"
    await calculate(application, namespace)

    async def is_another() -> bool:
        return await segment_of(client, "ada") == "default"

    await eventually(is_another, "the row is read anew")
