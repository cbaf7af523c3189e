"""`/api/v1/webhooks`."""

import psycopg
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.domain.notices.webhook import MOST_WEBHOOKS
from tests.http.definitions import created, segment

pytestmark = pytest.mark.anyio

PATH = "/api/v1/webhooks"
BODY = {"url": "https://example.com/hook", "events": ["alert.raised", "segment.entered"], "segment_ids": ["vip"]}


async def test_a_webhook_is_made_read_changed_switched_off_and_deleted(admin):
    made = await admin.post(PATH, json=BODY)
    assert made.status_code == 201
    told = made.json()
    where = made.headers["location"]
    assert where == f"{PATH}/{told['webhook_id']}"
    shown = {name: value for name, value in told.items() if name != "secret"}
    assert (await admin.get(where)).json() == shown
    assert (await admin.get(PATH)).json() == {"items": [shown]}
    changed = (await admin.put(where, json={"url": BODY["url"], "events": ["alert.resolved"], "is_on": False})).json()
    assert (changed["events"], changed["segment_ids"], changed["is_on"]) == (["alert.resolved"], [], False)
    assert (await admin.delete(where)).status_code == 204
    for answer in (await admin.get(where), await admin.put(where, json=BODY), await admin.delete(where)):
        assert answer.status_code == 404


async def test_the_usage_of_a_segment_names_the_webhooks_that_are_limited_to_it(admin):
    await created(admin, "segments", segment(expr={"exists": "ctx.region"}))
    limited = (await admin.post(PATH, json=BODY)).json()
    for others in (["other"], []):
        await admin.post(PATH, json={**BODY, "segment_ids": others})
    usage = (await admin.get("/api/v1/segments/vip/usage")).json()
    assert usage["webhook_ids"] == [limited["webhook_id"]]


async def test_the_secret_is_shown_once_and_nowhere_stored_as_it_is(admin, database):
    told = (await admin.post(PATH, json=BODY)).json()
    assert told["secret"].startswith("whsec_")
    assert len(told["secret"]) == 49
    renewed = (await admin.post(f"{PATH}/{told['webhook_id']}/secret")).json()
    assert renewed["secret"] != told["secret"]
    with psycopg.connect(database.superuser) as connection:
        (row,) = connection.execute(
            "SELECT webhooks::text || encode(secret, 'escape') FROM tessella.webhooks WHERE webhook_id = %s",
            [told["webhook_id"]],
        ).fetchone()
    assert renewed["secret"] not in row
    assert renewed["secret"].encode().hex() not in row


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/", "http://2130706433/", "http://0177.0.0.1/", "http://0x7f000001/", "http://127.1/",
        "http://10.0.0.1/", "http://[fd00::1]/", "http://localhost/", "http://a.localhost./",
        "https://example.com:8443/", "ftp://example.com/", "https://user:pass@example.com/", "https://example.com/#a",
        "//example.com/", "https://", "https://exa mple.com/", "https://example.com/\n", "https://exämple.com/",
        "http://[64:ff9b::7f00:1]/", "http://[::127.0.0.1]/", "http://example.com:99999/",
    ],
)  # fmt: skip
async def test_a_url_that_leads_inside_or_nowhere_is_refused_with_its_place(admin, url):
    refused = await admin.post(PATH, json={**BODY, "url": url})
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/url"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"events": []}, "/events"), ({"events": ["alert.gone"]}, "/events/0"),
        ({"segment_ids": ["a b"]}, "/segment_ids/0"),
        ({"events": ["ping"]}, "/events"), ({"is_on": 1}, "/is_on"), ({"secret": "mine"}, "/secret"),
    ],
)  # fmt: skip
async def test_a_body_that_is_wrong_is_refused_with_its_place(admin, wrong, pointer):
    refused = await admin.post(PATH, json={**BODY, **wrong})
    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json()["errors"]] == [pointer]


async def test_a_ping_and_what_has_become_of_it_are_told(admin):
    where = (await admin.post(PATH, json=BODY)).headers["location"]
    pings = [(await admin.post(f"{where}/ping")).json()["delivery_id"] for _ in range(2)]
    page = (await admin.get(f"{where}/deliveries", params={"limit": "1"})).json()
    (told,) = page["items"]
    assert (told["delivery_id"], told["event"], told["state"], told["attempts"]) == (pings[1], "ping", "waiting", 0)
    rest = (await admin.get(f"{where}/deliveries", params={"cursor": page["next_cursor"]})).json()
    assert ([each["delivery_id"] for each in rest["items"]], rest["next_cursor"]) == (pings[:1], None)
    assert (await admin.post(f"{PATH}/none/ping")).status_code == 404
    assert (await admin.get(f"{PATH}/none/deliveries")).status_code == 404


async def test_an_id_in_another_form_is_the_same_webhook(admin):
    where = f"{PATH}/urn:uuid:{(await admin.post(PATH, json=BODY)).json()['webhook_id']}"
    answers = [
        await admin.get(where), await admin.put(where, json=BODY), await admin.post(f"{where}/secret"),
        await admin.post(f"{where}/ping"), await admin.get(f"{where}/deliveries"), await admin.delete(where),
    ]  # fmt: skip
    assert [each.status_code for each in answers] == [200, 200, 200, 202, 200, 204]


async def test_one_tenant_does_not_reach_anothers_webhook(application: Application, admin, namespace):
    where = (await admin.post(PATH, json=BODY)).headers["location"]
    key = await application.administration.create_key(Namespace(f"{namespace}-other"), Role.SUPERADMIN)
    headers = {"Authorization": f"Bearer {key}"}
    answers = [
        await admin.get(where, headers=headers), await admin.put(where, json=BODY, headers=headers),
        await admin.delete(where, headers=headers), await admin.post(f"{where}/secret", headers=headers),
        await admin.post(f"{where}/ping", headers=headers), await admin.get(f"{where}/deliveries", headers=headers),
    ]  # fmt: skip
    assert [each.status_code for each in answers] == [404] * 6
    assert (await admin.get(PATH, headers=headers)).json() == {"items": []}
    assert (await admin.get(where)).status_code == 200


async def test_a_namespace_has_so_many_webhooks_and_no_more(admin):
    for _ in range(MOST_WEBHOOKS):
        assert (await admin.post(PATH, json=BODY)).status_code == 201
    refused = await admin.post(PATH, json=BODY)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tessella:too-many-webhooks")
