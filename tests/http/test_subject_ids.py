"""Ids of subjects that are e-mail addresses or telephone numbers: refused unless the namespace says that they are."""

from pathlib import Path

import httpx
import pytest

from tessella.domain.identifiers import Namespace
from tessella.domain.imports.mapping import parse_mapping
from tessella.domain.privacy.subject_ids import SubjectIds, subject_fault
from tessella.storage.store import Storage
from tessella.usecases.import_events import import_events
from tessella.usecases.import_facts import import_facts
from tessella.usecases.personalization.settings import import_settings
from tessella.warehouse.duckdb import DuckDBWorker
from tessella.warehouse.imports import DuckDBFiles
from tests.database import session_of

pytestmark = pytest.mark.anyio

ADDRESSES = ("ann@example.org", "Ann <ann%40example.org>", "+358 40 123 4567", "00358401234567", "040-1234567")
OPAQUE = ("ann", "4711", "2017-001", "a@b", "6f1c2b7e-1111-4222-8333-abcdefabcdef", "00012345")
AT = "2026-01-01T00:00:00Z"


@pytest.fixture
async def shop(admin: httpx.AsyncClient) -> httpx.AsyncClient:
    assert (await admin.post("/api/v1/features", json={"name": "user.tier", "type": "string"})).is_success
    return admin


async def allowed(shop: httpx.AsyncClient) -> None:
    assert (await shop.put("/api/v1/defaults", json={"subject_ids": "addresses"})).is_success


def events(*subjects: str) -> list[dict[str, str]]:
    return [
        {"event_id": f"e-{each}", "subject_id": each, "event_type": "visit", "occurred_at": AT} for each in subjects
    ]


def facts(*subjects: str) -> dict[str, list[dict[str, object]]]:
    return {"facts": [{"subject_id": each, "values": {"user.tier": "VIP"}} for each in subjects]}


@pytest.mark.parametrize("subject", ADDRESSES)
async def test_no_request_takes_an_address_until_the_namespace_says_that_its_ids_are_such(
    shop: httpx.AsyncClient, subject: str
) -> None:
    banner = {"experiment_id": "banner", "name": "B", "variants": [{"variant_id": each, "name": each} for each in "ab"]}
    assert (await shop.post("/api/v1/experiments", json=banner)).is_success
    asked = [
        ("/api/v1/events", events(subject)), ("/api/v1/facts", facts(subject)),
        ("/api/v1/decide", {"subject_id": subject}), ("/api/v1/recommend", {"subject_id": subject}),
        ("/personalization/settings", {"subject_id": subject, "data_sharing_consent": True}),
        ("/api/v1/experiments/banner/allocate", {"user_identifier": subject}),
    ]  # fmt: skip
    for path, body in asked:
        refused = await shop.post(path, json=body)
        assert (refused.status_code, refused.json()["type"]) == (422, "urn:tessella:subject-is-address"), path
        assert refused.json()["errors"][0]["pointer"].endswith(("subject_id", "user_identifier")), path
        assert subject not in refused.text
    await allowed(shop)
    for path, body in asked:
        assert (await shop.post(path, json=body)).is_success, path


async def test_an_address_costs_the_others_of_a_batch_nothing(shop: httpx.AsyncClient) -> None:
    taken = (await shop.post("/api/v1/events", json=events("bob", "ann@example.org", "carl"))).json()
    assert (taken["accepted"], [each["pointer"] for each in taken["rejected"]]) == (2, ["/1/subject_id"])
    taken = (await shop.post("/api/v1/facts", json=facts("bob", "ann@example.org"))).json()
    assert (taken["accepted"], [each["pointer"] for each in taken["rejected"]]) == (1, ["/facts/1/subject_id"])


async def test_a_file_is_judged_like_requests_row_by_row(
    shop: httpx.AsyncClient, storage: Storage, namespace: Namespace, tmp_path: Path
) -> None:
    path, report = tmp_path / "rows.csv", tmp_path / "rejected.csv"
    rows = "".join(f'"{each}",visit,{AT},VIP,true\n' for each in (*ADDRESSES, *OPAQUE))
    path.write_text("subject_id,event_type,occurred_at,user.tier,data_sharing_consent\n" + rows)
    only = parse_mapping("ignore=event_type+occurred_at+data_sharing_consent")

    async def imported() -> list[tuple[int, int]]:
        session = await session_of(storage, namespace)
        told = {"report": report, "progress": lambda _: None}
        with DuckDBWorker(memory_limit="200MB", threads=1) as worker:
            files = DuckDBFiles(worker)
            done = [
                await import_events(session, files, path, {}, **told),
                await import_facts(session, files, path, only, as_of=1, **told),
                await import_settings(session, files, path, {}, **told),
            ]
        return [(each.stored, each.rejected) for each in done]

    assert await imported() == [(len(OPAQUE), len(ADDRESSES))] * 3
    await allowed(shop)
    assert await imported() == [(len(ADDRESSES), 0)] * 3


def test_ids_that_tell_nothing_are_no_addresses() -> None:
    for each in OPAQUE:
        assert subject_fault(each, SubjectIds.OPAQUE, "/subject_id") is None, each
