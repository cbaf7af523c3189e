"""The role that erases reaches the rows of one subject, in every table that has any, and of nobody else."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection, sql

from tessella.access import ERASER, MATRIX
from tessella.domain.identifiers import Namespace, Role, SubjectId
from tessella.storage.privacy.rows import SUBJECT_TABLES, eraser
from tessella.storage.scope import SET_SCOPE
from tessella.storage.store import Storage
from tests.database import Dsns
from tests.erasing import CANARY, plant

pytestmark = pytest.mark.anyio


@pytest.fixture
async def planted(storage: Storage, namespace: Namespace, database: Dsns) -> None:
    with psycopg.connect(database.superuser) as connection:
        plant(connection, namespace)
        plant(connection, namespace, "bystander")


@pytest.fixture
def bound(database: Dsns, namespace: Namespace, planted: None) -> Iterator[Connection]:
    with psycopg.connect(database.app) as connection:
        connection.execute(SET_SCOPE, eraser(namespace, SubjectId(CANARY)).parameters())
        yield connection
        connection.rollback()


@pytest.mark.parametrize("table", SUBJECT_TABLES)
async def test_the_eraser_deletes_the_rows_of_its_subject_and_sees_no_others(bound: Connection, table: str) -> None:
    column = sql.Identifier(SUBJECT_TABLES[table])
    named = sql.Identifier("tessella", table)
    if table != "idempotency_keys":  # one answer may name several
        found = bound.execute(sql.SQL("SELECT DISTINCT {} FROM {}").format(column, named)).fetchall()
        assert found == [(CANARY,)]
    gone = bound.execute(sql.SQL("DELETE FROM {} WHERE {} = 'bystander'").format(named, column)).rowcount
    assert gone == (table == "idempotency_keys")
    assert bound.execute(sql.SQL("DELETE FROM {} WHERE {} = %s").format(named, column), [CANARY]).rowcount == 1


async def test_the_eraser_of_another_namespace_reaches_nothing(database: Dsns, planted: None) -> None:
    with psycopg.connect(database.app) as connection:
        connection.execute(SET_SCOPE, eraser(Namespace("elsewhere"), SubjectId(CANARY)).parameters())
        for table in SUBJECT_TABLES:
            named = sql.Identifier("tessella", table)
            assert connection.execute(sql.SQL("DELETE FROM {}").format(named)).rowcount == 0
        connection.rollback()


def test_every_table_with_subjects_can_be_erased_from_and_no_credential_carries_the_role() -> None:
    assert ERASER not in {*Role}
    for table in SUBJECT_TABLES:
        for verb in ("select", "delete"):
            assert MATRIX.tables[table].reach(verb, ERASER) != "none", (table, verb)


def test_every_column_that_names_a_subject_is_in_the_matrix(database: Dsns) -> None:
    """Found from the catalogue by its name: a table that is added is not forgotten."""
    with psycopg.connect(database.superuser) as connection:
        found = connection.execute(
            "SELECT relname::text, attname::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE relnamespace = 'tessella'::regnamespace AND relkind IN ('r', 'p') "
            "AND attname IN ('subject_id', 'user_id', 'user_identifier', 'player_id')"
        ).fetchall()
    assert dict(found) == SUBJECT_TABLES
