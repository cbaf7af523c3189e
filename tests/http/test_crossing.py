"""No route tells one namespace anything of another: what is another's is answered as what is nowhere."""

import re
from collections.abc import Mapping
from uuid import uuid4

import httpx
import psycopg
import pytest

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tests.database import Dsns
from tests.http.conftest import MakeClient
from tests.http.routes import operations_called_with
from tests.http.theirs import IDS
from tests.storage.rows import rows_of

pytestmark = pytest.mark.anyio

#: By the parameter of a path: what they have, and what nobody has. A parameter that is missing here fails.
THEIRS: Mapping[str, tuple[str, str]] = {
    "experiment_id": ("banner", "nobody"), "game_id": ("store", "nobod"), "segment_id": ("big-basket", "nobodys-it"),
    "source_id": ("households", "nobodys---"), "prediction_id": ("churn", "nobod"),
    "scope_id": ("notifications", "nobodys------"),
    "campaign_id": ("holiday-mailer", "nobodys-mailer"), "name": ("user.tier", "user.nobo"),
    "offer_id": ("type-a", "nobody"), "profile_id": ("stock-up", "nobodys-"), "model_id": ("churn", "nobod"),
    "item_id": ("their-item", "nobodys-it"), "subject_id": ("their-subject", "nobodys-subje"),
    "customer_id": ("their-subject", "nobodys-subje"), "player_id": ("their-subject", "nobodys-subje"),
    "webhook_id": (IDS["webhook"], str(uuid4())), "run_id": (IDS["run"], str(uuid4())),
    "job_id": (IDS["run"], str(uuid4())), "decision_id": (IDS["decision"], str(uuid4())),
    "recommendation_id": (IDS["recommendation"], str(uuid4())), "alert_id": (IDS["alert"], str(uuid4())),
    "evaluation_id": (IDS["evaluation"], str(uuid4())), "version": ("1", "1"), "key": ("segment", "segmend"),
    "kind": ("segment", "segment"), "identifier": ("big-basket", "nobodys-it"), "key_id": ("0" * 12, "1" * 12),
}  # fmt: skip

#: Every namespace can train a model for churn, and has the flag of segments: they are nobody's alone.
EVERYBODYS = {"POST /api/v1/models/{prediction_id}/train", "POST /ofrep/v1/evaluate/flags/{key}"}
#: What no route reads alone, or needs more than a row to be read.
NOT_READ = {
    "alert_id", "customer_id", "identifier", "scope_id", "job_id", "key", "key_id", "kind", "model_id", "player_id",
    "recommendation_id",
}  # fmt: skip


def fingerprint(database: Dsns, namespace: Namespace) -> list[str]:
    with psycopg.connect(database.superuser) as connection:
        return rows_of(connection, namespace)


def told(answer: httpx.Response, names: tuple[str, ...]) -> tuple[int, str]:
    """Status and body, without the names that were asked for and what is of this request alone."""
    text = re.sub(r'"request_id":"[^"]*"', "", answer.text)
    for each in sorted(names, key=len, reverse=True):
        text = text.replace(each, "NAME")
    return answer.status_code, re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)", "MADE", text)


async def test_what_is_another_namespaces_is_answered_as_what_is_nowhere(
    application: Application, make_client: MakeClient, database: Dsns, theirs: Namespace
) -> None:
    client, before = await make_client(Role.SUPERADMIN), fingerprint(database, theirs)
    named = 0
    for each in operations_called_with(create_app(application).openapi(), THEIRS):
        if not each.names or each.route in EVERYBODYS:
            continue
        named += 1
        answers = [
            told(await client.request(each.method, path, params=each.query, content=each.body), each.names)
            for path in (each.path, each.missing)
        ]
        assert answers[0] == answers[1], each.route
    assert named > 100
    for each in operations_called_with(create_app(application).openapi(), THEIRS):
        if each.method == "PUT":
            await client.put(each.path, content=b"{}")
    assert fingerprint(database, theirs) == before


async def test_their_own_administrator_does_see_what_is_asked_for(application: Application, theirs: Namespace) -> None:
    """Else the test above would ask for what is not there."""
    key = await application.administration.create_key(theirs, Role.ADMIN)
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    headers, found = {"Authorization": f"Bearer {key}"}, set[str]()
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as client:
        for each in operations_called_with(create_app(application).openapi(), THEIRS):
            if each.method == "GET" and (await client.get(each.path, params=each.query)).status_code == 200:
                found |= set(re.findall(r"\{(\w+)\}", each.route))
    assert set(THEIRS) - found <= NOT_READ
