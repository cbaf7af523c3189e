"""`GET /api/v1/subjects/{id}/export`: everything about one subject, from every table that names any."""

import itertools
import zlib

import httpx
import psycopg
import pytest

from tessella.access import MATRIX
from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.domain.identity.keys import WantedKey
from tessella.http.app import create_app
from tessella.storage.privacy.rows import SUBJECT_TABLES
from tests.database import Dsns, fresh_namespace, session_of
from tests.storage.rows import ROWS, insert

pytestmark = pytest.mark.anyio

SECRETS = ("secret_hash", "signing_secret", "body_hash", "namespace", "changed")


@pytest.fixture
async def stored(application: Application, database: Dsns, namespace: Namespace) -> Namespace:
    """A row of `s` in every table that has any, of `other` beside it, and of `s` in another namespace."""
    elsewhere = fresh_namespace()
    await application.administration.create_namespace(elsewhere)
    session = await session_of(application._storage, namespace)
    with psycopg.connect(database.superuser) as connection:
        for where, table in itertools.product((namespace, elsewhere), ("models", "model_batches")):
            insert(connection, table, where)
        for where, subject in ((namespace, "s"), (namespace, "other"), (elsewhere, "s")):
            for table, column in SUBJECT_TABLES.items():
                named = {column: f"'{subject}'", **_distinct(table, f"{subject}-{where}")}
                insert(connection, table, where, **named)
        hashes = {"user_hash": f"'{session.pseudonym(SubjectId('s'))}'"}
        insert(connection, "decision_audit", namespace, **hashes)
        insert(connection, "decision_audit", namespace, sequence="2")
        connection.commit()
    return namespace


def _distinct(table: str, mark: str) -> dict[str, str]:
    """What has to differ between rows of two subjects."""
    told = {name: f"'{mark}'" for name in ("event_id", "key_id", "key") if name in ROWS[table]}
    return told | ({"number": str(zlib.crc32(mark.encode()))} if "number" in ROWS[table] else {})


async def test_administrators_get_a_row_of_every_table_that_names_a_subject_and_their_decisions(admin, stored):
    answer = await admin.get("/api/v1/subjects/s/export")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    told = answer.json()
    assert (told["subject_id"], told["settings"]["data_sharing_consent"]) == ("s", False)
    assert told["rows"].keys() == {*SUBJECT_TABLES, "decision_audit"}
    assert {table: len(rows) for table, rows in told["rows"].items()} == dict.fromkeys(told["rows"], 1)
    for table, column in SUBJECT_TABLES.items():
        assert told["rows"][table][0][column] == "s"
        assert not {*SECRETS} & told["rows"][table][0].keys()
    assert (told["audience"], told["files"]) == (None, [])


async def test_of_somebody_unknown_there_is_nothing_and_of_who_has_opted_out_everything(admin, stored):
    told = (await admin.get("/api/v1/subjects/nobody/export")).json()
    assert (told["subject_id"], told["rows"]) == ("nobody", {})
    await admin.post("/personalization/settings", json={"subject_id": "s", "personalization_enabled": False})
    assert (await admin.get("/api/v1/subjects/s/export")).json()["rows"].keys() >= {"events", "subject_facts"}


@pytest.mark.parametrize("role", [Role.CLIENT, Role.READER])
async def test_a_subject_gets_what_the_database_lets_them_see_and_no_rationales(
    application: Application, stored: Namespace, role: Role
):
    key = (await application.administration.create(stored, WantedKey(role, subject_id=SubjectId("s")))).text
    transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers) as own:
        told = (await own.get("/api/v1/subjects/s/export")).json()
        readable = {table for table in SUBJECT_TABLES if role in MATRIX.tables[table].verbs["select"].own}
        assert told["rows"].keys() == readable
        assert "personalization_rationales" not in readable
        assert told.keys() == {"subject_id", "exported_at", "settings", "rows"}
        assert (await own.get("/api/v1/subjects/other/export")).status_code == 403


@pytest.mark.parametrize("role", [Role.SERVICE, Role.MONITOR])
async def test_nobody_else_exports(make_client, role):
    assert (await (await make_client(role)).get("/api/v1/subjects/s/export")).status_code == 403
