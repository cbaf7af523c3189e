"""Ids that no subject has, and ids that are hard to write in a path, on the routes of personalization and privacy."""

from urllib.parse import quote

import httpx
import pytest

from tessella.domain.identifiers import Role
from tests.http.conftest import MakeClient

pytestmark = pytest.mark.anyio

SETTINGS, RATIONALE = "/personalization/settings", "/personalization/admin/rationale"


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        (f"{SETTINGS}?subject_id=a%00", "/subject_id"),
        (f"{RATIONALE}?subject_id=a%00&scope=news", "/subject_id"),
        (f"{RATIONALE}?subject_id=a&scope=news%00", "/query/scope"),
        ("/api/v1/subjects/a%00/export", "/subject_id"),
    ],
)
async def test_what_cannot_be_stored_is_refused(admin: httpx.AsyncClient, path: str, pointer: str) -> None:
    answer = await admin.get(path)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"].endswith(pointer)


@pytest.mark.parametrize("subject", ["a\nb", "a\n", "a/b", "100%", 'say "hi"', "erased:bob"])
async def test_whoever_can_be_stored_can_be_read_exported_and_erased(admin: httpx.AsyncClient, subject: str) -> None:
    stored = await admin.post(SETTINGS, json={"subject_id": subject, "data_sharing_consent": True})
    assert stored.status_code == 200, stored.text
    path = f"/api/v1/subjects/{quote(subject, safe='')}"
    for told in (await admin.get(path), await admin.get(f"{path}/export")):
        assert (told.status_code, told.json()["subject_id"]) == (200, subject)
    begun = await admin.post(f"{path}/erase")
    assert (begun.status_code, begun.json()["inputs"]) == (202, {"subject_id": subject})


async def test_no_ranking_is_made_for_an_address(admin: httpx.AsyncClient) -> None:
    asked = {"scope": "news", "limit": 1, "subject_id": "ann@example.org"}
    answer = await admin.post("/personalization/recommend", json=asked)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tessella:subject-is-address")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/items/%00"),
        ("DELETE", "/api/v1/items/%00"),
        ("DELETE", "/api/v1/keys/a%00b"),
        ("POST", "/api/v1/segmentation/taxonomy/%00/rollout/rollback"),
    ],
)
async def test_a_name_with_a_nul_names_nothing(make_client: MakeClient, method: str, path: str) -> None:
    answer = await (await make_client(Role.SUPERADMIN)).request(method, path)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:tessella:no-such")
