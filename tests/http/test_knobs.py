"""`GET /api/v1/profiles/knobs`: what the editor of a profile offers."""

from typing import Any

import httpx
import pytest

from tessella.domain.identifiers import Role
from tessella.domain.ranking.knobs import KNOBS
from tests.http.conftest import MakeClient

pytestmark = pytest.mark.anyio

PATH = "/api/v1/profiles/knobs"


async def knobs(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in (await client.get(PATH)).json()["items"]}


async def test_it_lists_every_knob_with_its_range_and_help(admin: httpx.AsyncClient) -> None:
    found = await knobs(admin)
    assert list(found) == list(KNOBS)
    assert found["mmr_lambda"] == {
        "name": "mmr_lambda", "path": "diversity.mmr_lambda", "group": "diversity",
        "label": "Relevance against diversity", "help": "Relevance against diversity; 1 is no diversity.",
        "type": "number", "unit": "share", "minimum": 0.0, "maximum": 1.0, "step": 0.01, "default": 0.9,
        "value": 0.9, "layer": "built_in",
    }  # fmt: skip
    switch = found["rule_exclude_purchased"]
    assert (switch["type"], switch["minimum"], switch["step"], switch["default"]) == ("boolean", None, None, False)
    assert (found["brand_cap"]["type"], found["brand_cap"]["step"]) == ("integer", 1)


async def test_a_profile_takes_the_ends_of_every_range_and_nothing_beyond(admin: httpx.AsyncClient) -> None:
    for name, knob in (await knobs(admin)).items():
        if knob["type"] != "boolean":
            ends = [await admin.put("/api/v1/profiles/p", json={name: knob[end]}) for end in ("minimum", "maximum")]
            beyond = await admin.put("/api/v1/profiles/p", json={name: knob["maximum"] + knob["step"]})
            assert [each.status_code // 100 for each in (*ends, beyond)] == [2, 2, 4], name


async def test_it_tells_what_the_namespace_gives_a_profile_that_says_nothing(admin: httpx.AsyncClient) -> None:
    assert (await admin.put("/api/v1/defaults", json={"alpha": 0.4})).is_success
    alpha = (await knobs(admin))["alpha"]
    assert (alpha["default"], alpha["value"], alpha["layer"]) == (1.0, 0.4, "namespace")


async def test_a_client_may_not_read_it(make_client: MakeClient) -> None:
    assert (await (await make_client(Role.CLIENT)).get(PATH)).status_code == 403
