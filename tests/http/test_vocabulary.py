"""`GET /api/v1/rules/vocabulary`: what the author of a rule can choose from."""

import httpx
import pytest

from tessella.domain.identifiers import Role
from tessella.domain.rules.operators import OPERATORS
from tests.http.conftest import MakeClient

pytestmark = pytest.mark.anyio

TIER = {"name": "user.tier", "type": "string", "group": "Profile", "allowed_values": ["VIP", "new"]}
BIRTHDAY = {"name": "user.birthday", "type": "timestamp", "personal": True}


async def test_it_lists_declared_and_built_in_features_that_a_rule_may_read(admin: httpx.AsyncClient) -> None:
    for feature in (TIER, BIRTHDAY):
        assert (await admin.post("/api/v1/features", json=feature)).status_code == 201
    words = (await admin.get("/api/v1/rules/vocabulary")).json()
    by_name = {each["name"]: each for each in words["features"]}
    assert by_name["user.tier"] == {**TIER, "source": "fact", "unit": "", "description": ""}
    assert by_name["ctx.hour"]["type"] == "integer"
    assert "user.birthday" not in by_name
    assert "item.price" not in by_name


async def test_it_lists_every_operator_with_the_types_that_it_stands_on(admin: httpx.AsyncClient) -> None:
    words = (await admin.get("/api/v1/rules/vocabulary")).json()
    accepts = {each["name"]: set(each["accepts"]) for each in words["operators"]}
    assert accepts == {name: {str(each) for each in kind.accepts} for name, kind in OPERATORS.items()}


async def test_a_client_may_not_read_it(make_client: MakeClient) -> None:
    client = await make_client(Role.CLIENT)
    assert (await client.get("/api/v1/rules/vocabulary")).status_code == 403
