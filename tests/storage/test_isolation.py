"""Row security, table by table as the catalogue lists them: a session reaches its own namespace and nothing else."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection
from psycopg_pool import ConnectionPool

from tessella.access import ERASER, MATRIX, SYSTEM, Extent
from tessella.domain.identifiers import Role
from tessella.storage.scope import SET_SCOPE
from tests.database import Dsns
from tests.storage.rows import ROWS, count, insert, rows_of, seed, tables

ALL_ROLES = [*Role, SYSTEM, ERASER]


@pytest.fixture(scope="session", autouse=True)
def two_namespaces(database: Dsns) -> None:
    with psycopg.connect(database.superuser) as connection:
        seed(connection, "mine")
        seed(connection, "theirs")


@pytest.fixture
def connection(database: Dsns) -> Iterator[Connection]:
    with psycopg.connect(database.app, autocommit=True) as connection:
        yield connection


def fingerprint(database: Dsns, namespace: str) -> list[str]:
    """Every row of a namespace, as the superuser sees it."""
    with psycopg.connect(database.superuser) as connection:
        return rows_of(connection, namespace)


def test_every_table_of_the_catalogue_has_a_row_to_test_with(connection: Connection) -> None:
    assert tables(connection) == sorted(ROWS)


def test_every_view_and_table_shows_each_role_rows_of_its_own_namespace_only(connection: Connection) -> None:
    for role in ALL_ROLES:
        with connection.transaction():
            connection.execute(SET_SCOPE, ["mine", role, "s"])
            for name in tables(connection, "rv"):
                found = connection.execute(f"SELECT DISTINCT namespace FROM tessella.{name}").fetchall()
                assert found in ([], [("mine",)]), (role, name)


def test_the_roles_that_may_read_a_table_do_see_their_own_row(connection: Connection) -> None:
    with connection.transaction():
        connection.execute(SET_SCOPE, ["mine", "superadmin", ""])
        readable = [
            name for name, table in MATRIX.tables.items() if table.reach("select", Role.SUPERADMIN) is Extent.ANY
        ]
        assert {name: count(connection, name) for name in readable} == dict.fromkeys(readable, 1)


@pytest.mark.parametrize("table", ROWS)
def test_no_role_changes_or_adds_a_row_of_another_namespace(database: Dsns, connection: Connection, table: str) -> None:
    before = fingerprint(database, "theirs")
    for role in ALL_ROLES:
        for statement in (
            f"UPDATE tessella.{table} SET namespace = namespace WHERE namespace = 'theirs'",
            f"UPDATE tessella.{table} SET namespace = 'theirs'",
            f"DELETE FROM tessella.{table} WHERE namespace = 'theirs'",
            f"TRUNCATE tessella.{table} CASCADE",
        ):
            touched = rows_touched(connection, role, statement)
            assert touched == 0, (role, statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            insert_as(connection, ["mine", role, "s"], table, "theirs")
    assert fingerprint(database, "theirs") == before


def insert_as(connection: Connection, scope: list[str], table: str, namespace: str) -> None:
    with connection.transaction():
        connection.execute(SET_SCOPE, scope)
        insert(connection, table, namespace)


def rows_touched(connection: Connection, role: str, statement: str) -> int:
    try:
        with connection.transaction():
            connection.execute(SET_SCOPE, ["mine", role, "s"])
            return connection.execute(statement).rowcount
    except psycopg.errors.InsufficientPrivilege:
        return 0


@pytest.mark.parametrize("scope", [("", "superadmin", "s"), ("mine", "", "s"), ("", "", "")])
def test_a_session_without_a_namespace_or_role_sees_nothing(connection: Connection, scope: tuple[str, ...]) -> None:
    with connection.transaction():
        connection.execute(SET_SCOPE, scope)
        assert {count(connection, name) for name in tables(connection, "rv")} == {0}


def test_a_connection_that_never_had_a_scope_sees_nothing(connection: Connection) -> None:
    assert {count(connection, name) for name in tables(connection, "rv")} == {0}


@pytest.mark.parametrize("ends_in_an_error", [False, True])
def test_a_pooled_connection_brings_no_scope_to_its_next_borrower(database: Dsns, ends_in_an_error: bool) -> None:
    with ConnectionPool(database.app, min_size=1, max_size=1, open=True) as pool:
        try:
            with pool.connection() as first:
                first.execute(SET_SCOPE, ["theirs", "superadmin", ""])
                assert count(first, "events") == 1
                if ends_in_an_error:
                    first.execute("SELECT 1 / 0")
        except psycopg.errors.DivisionByZero:
            pass
        with pool.connection() as second:
            assert {count(second, name) for name in tables(second, "rv")} == {0}


def test_a_scope_set_outside_of_a_transaction_does_not_last(connection: Connection) -> None:
    connection.execute(SET_SCOPE, ["mine", "superadmin", ""])
    assert count(connection, "events") == 0


def test_an_upsert_does_not_tell_that_another_namespace_has_the_same_id(connection: Connection) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute(SET_SCOPE, ["fresh", "admin", ""])
        insert(connection, "events", "fresh")
        assert count(connection, "events") == 1


def test_a_pointer_cannot_name_a_version_of_another_namespace(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        insert_as(connection, ["fresh", "admin", ""], "active_definitions", "fresh")
