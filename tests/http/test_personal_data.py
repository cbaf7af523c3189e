"""Personal data is refused over HTTP with where and what to do, and is not said again."""

import httpx
import pytest

from tests.http.definitions import define_vip
from tests.http.test_bad_input import problem

pytestmark = pytest.mark.anyio

EMAIL = "ann.smith@example.org"


async def test_a_feature_called_as_personal_data_is_refused_unless_it_says_so(admin: httpx.AsyncClient) -> None:
    body = {"name": "user.phone_number", "type": "string"}
    found = problem(await admin.post("/api/v1/features", json=body), 422)
    (fault,) = found["errors"]
    assert (found["type"], fault["pointer"]) == ("urn:tessella:names-personal-data", "/name")
    assert "personal: true" in fault["hint"]
    assert (await admin.post("/api/v1/features", json={**body, "personal": True})).status_code == 201


async def test_a_plan_says_so_too(admin: httpx.AsyncClient) -> None:
    body = {"name": "user.note", "type": "string", "kind": {"kind": "top_value", "field": "email"}}
    change = {"kind": "feature", "identifier": "user.note", "body": body}
    planned = (await admin.post("/api/v1/plan", json={"changes": [change]})).json()
    assert planned["valid"] is False
    assert [each["pointer"] for each in planned["errors"]] == ["/features/user.note/kind/field"]


async def test_a_fact_that_is_an_address_is_refused_and_the_answer_does_not_repeat_it(admin: httpx.AsyncClient) -> None:
    await define_vip(admin)
    facts = [{"subject_id": "h1", "values": {"user.tier": EMAIL}}]
    answer = await admin.post("/api/v1/facts", json={"facts": facts})
    found = problem(answer, 422)
    (fault,) = found["errors"]
    assert (found["type"], fault["pointer"]) == ("urn:tessella:personal-value", "/facts/0/values/user.tier")
    assert "an e-mail address" in fault["message"]
    assert EMAIL not in answer.text
    assert (await admin.get("/api/v1/subjects/h1")).status_code == 404
