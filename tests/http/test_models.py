"""Models over HTTP: listed, shown with their cards, chosen, and gone back from."""

from pathlib import Path

import httpx
import msgspec
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Instant, Namespace, Role
from tessella.domain.predictions.card import Candidate, Card, Interval, Quality, SegmentQuality, Span
from tessella.storage.store import Storage
from tests.database import session_of
from tests.http.conftest import MakeClient
from tests.model_files import model

pytestmark = pytest.mark.anyio

PATH = "/api/v1/models"
FIGURE = Interval(0.8, 0.75, 0.85)
QUALITY = Quality(FIGURE, FIGURE, 0.1, 0.01, 3.0)
SPAN = Span(Instant(0), Instant(1_000_000), 100, 20)
FEW, MANY = SegmentQuality("few", 9, 3, None, 0.4, None), SegmentQuality("many", 57, 12, 0.7, 0.5, 0.01)


@pytest.fixture
async def versions(admin: httpx.AsyncClient, storage: Storage, namespace: Namespace) -> None:
    """Two versions of a model; the first has a card."""
    for feature in ("spend", "visits"):
        await admin.put(f"/api/v1/features/{feature}", json={"name": feature, "type": "number"})
    session = await session_of(storage, namespace)
    candidate = Candidate("logistic", QUALITY, None, None)
    card = Card("churn", "No purchase.", SPAN, SPAN, SPAN, QUALITY, (candidate,), "It is the baseline.", ("spend",))
    card = msgspec.structs.replace(card, segments=(FEW, MANY))
    await session.add_model(*model(1.0, -1.0, card=card))
    await session.add_model(*model(2.0, -1.0))


async def test_without_models_the_list_is_empty(admin: httpx.AsyncClient) -> None:
    assert (await admin.get(PATH)).json() == {"items": []}
    assert (await admin.get(f"{PATH}/churn/card")).status_code == 404


async def test_a_version_is_activated_listed_and_gone_back_from(admin: httpx.AsyncClient, versions: None) -> None:
    for version in (1, 2):
        activated = await admin.post(f"{PATH}/churn/activate", json={"version": version})
        assert (activated.status_code, activated.json()["state"]) == (200, "active")
    listed = (await admin.get(PATH)).json()["items"]
    assert [(each["version"], each["state"]) for each in listed] == [(2, "active"), (1, "kept")]
    back = await admin.post(f"{PATH}/churn/rollback")
    assert (back.status_code, back.json()["version"]) == (200, 1)
    again = await admin.post(f"{PATH}/churn/rollback")
    assert (again.status_code, again.json()["type"]) == (409, "urn:tessella:no-model-before")


async def test_the_card_of_any_version_is_shown_with_its_moments_as_text(
    admin: httpx.AsyncClient, versions: None
) -> None:
    shown = (await admin.get(f"{PATH}/churn/card", params={"version": 1})).json()
    assert (shown["model"]["version"], shown["card"]["quality"]["auc"]["value"]) == (1, 0.8)
    assert shown["card"]["test"] == {
        "first_cut": "1970-01-01T00:00:00+00:00", "last_cut": "1970-01-01T00:00:01+00:00", "rows": 100, "positives": 20,
    }  # fmt: skip
    assert (await admin.get(f"{PATH}/churn/card", params={"version": 2})).json()["card"] is None


async def test_of_a_segment_of_few_a_card_tells_only_administrators_how_good_it_was(
    admin: httpx.AsyncClient, make_client: MakeClient, versions: None
) -> None:
    exact, told = [
        (await each.get(f"{PATH}/churn/card", params={"version": 1})).json()["card"]
        for each in (admin, await make_client(Role.SERVICE))
    ]
    assert exact["segments"] == msgspec.to_builtins([FEW, MANY])
    few, many = told["segments"]
    assert {name: value for name, value in few.items() if value is not None} == {
        "segment_id": "few", "rows": "< 10", "positives": "< 10",
    }  # fmt: skip
    assert many == {**exact["segments"][1], "rows": 60, "positives": 10}
    assert (told["test"]["rows"], told["quality"]) == (100, exact["quality"])


@pytest.mark.parametrize("name", ["..%2F..", "%2Fetc%2Fpasswd", "nothing", "..", "%00"])
async def test_a_name_that_leads_elsewhere_is_no_model(admin: httpx.AsyncClient, name: str) -> None:
    assert (await admin.get(f"{PATH}/{name}/card")).status_code == 404
    assert (await admin.post(f"{PATH}/{name}/activate", json={"version": 1})).status_code == 404


@pytest.mark.parametrize("body", [{}, {"version": "1"}, {"version": -1}, {"version": 2**70}, {"version": 1, "x": 1}])
async def test_a_body_that_makes_no_sense_is_refused(
    admin: httpx.AsyncClient, versions: None, body: dict[str, object]
) -> None:
    assert (await admin.post(f"{PATH}/churn/activate", json=body)).status_code == 422


async def test_a_version_whose_file_is_gone_is_not_activated(
    admin: httpx.AsyncClient, versions: None, application: Application, namespace: Namespace, tmp_path: Path
) -> None:
    (application.settings.models / namespace / "churn" / "1").rename(tmp_path / "elsewhere")
    refused = await admin.post(f"{PATH}/churn/activate", json={"version": 1})
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:tessella:model-gone")


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER, Role.MONITOR])
async def test_who_is_no_administrator_chooses_no_model(make_client: MakeClient, versions: None, role: Role) -> None:
    client = await make_client(role)
    assert (await client.get(PATH)).status_code == 403
    assert (await client.post(f"{PATH}/churn/activate", json={"version": 1})).status_code == 403
