"""Each cell of matrix.yaml is walked in SQL: what it grants works, and what it does not grant is refused."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection

from tessella.access import ERASER, MATRIX, SYSTEM, VERBS, Extent
from tessella.access.matrix import read_matrix
from tessella.access.routes import OPEN, guards, reach_of
from tessella.domain.identifiers import Role
from tessella.storage.scope import SET_SCOPE
from tests.database import Dsns
from tests.storage.rows import ROWS, insert, seed

#: What makes another row of those that `unseeded` has.
NOT_THERE_YET = {
    "models": {"version": "2"}, "model_batches": {"as_of": "'2026-01-02'"},
    "definition_versions": {"version": "2"}, "publishes": {"snapshot_version": "2"},
    "audience_calculations": {"version": "gen_random_uuid()"},
}  # fmt: skip

PERSONAL = [name for name, table in MATRIX.tables.items() if table.subject]


@pytest.fixture(scope="session", autouse=True)
def seeded(database: Dsns) -> None:
    with psycopg.connect(database.superuser) as connection:
        seed(connection, "walked")
        insert(connection, "namespaces", "unseeded")
        insert(connection, "definition_versions", "unseeded")
        insert(connection, "publishes", "unseeded")
        insert(connection, "audience_calculations", "unseeded")
        insert(connection, "models", "unseeded")
        insert(connection, "model_batches", "unseeded")


@pytest.fixture
def connection(database: Dsns) -> Iterator[Connection]:
    with psycopg.connect(database.app, autocommit=True) as connection:
        yield connection


def reaches(connection: Connection, role: str, verb: str, table: str, subject: str, within: str = "") -> bool:
    """Whether the role gets at the row of subject `s` while it is bound to `subject`, and to the namespace `within`.

    Without one it is bound to the namespace of the row.
    """
    try:
        with connection.transaction(force_rollback=True):
            # An insert needs a namespace where the row is not there yet.
            namespace = "unseeded" if verb == "insert" else "walked"
            if verb == "insert" and table in ("namespaces", "definition_versions"):
                namespace = "new" if table == "namespaces" else "unseeded"
            connection.execute(SET_SCOPE, [within or namespace, role, subject])
            return do(connection, verb, table, namespace)
    except psycopg.errors.InsufficientPrivilege:
        return False


def do(connection: Connection, verb: str, table: str, namespace: str) -> bool:
    if verb == "insert":
        insert(connection, table, namespace, **NOT_THERE_YET.get(table, {}))
        return True
    column = "subject_id" if "subject_id" in ROWS[table] else "namespace"
    statement = {
        "select": f"SELECT FROM tessella.{table}",
        "update": f"UPDATE tessella.{table} SET {column} = {column}",
        "delete": f"DELETE FROM tessella.{table}",
    }[verb]
    return connection.execute(statement).rowcount == 1


@pytest.mark.parametrize("table", MATRIX.tables)
@pytest.mark.parametrize("verb", VERBS)
def test_a_role_reaches_exactly_the_rows_that_its_cell_says(connection: Connection, table: str, verb: str) -> None:
    for role in (*Role, SYSTEM, ERASER):
        extent = MATRIX.tables[table].reach(verb, role)
        assert reaches(connection, role, verb, table, subject="other") is (extent is Extent.ANY), (role, "other")
        assert reaches(connection, role, verb, table, subject="s") is (extent is not Extent.NONE), (role, "own")
        assert not reaches(connection, role, verb, table, subject="s", within="beyond-it"), (role, "another namespace")


def test_the_matrix_has_a_line_for_every_table() -> None:
    assert set(MATRIX.tables) == set(ROWS)


@pytest.mark.parametrize("table", PERSONAL)
def test_monitor_reaches_no_row_of_a_subject(table: str) -> None:
    assert {MATRIX.tables[table].reach(verb, Role.MONITOR) for verb in VERBS} == {Extent.NONE}


def test_client_and_reader_reach_at_most_their_own_subject_with_any_operation() -> None:
    reached = {MATRIX.may(role, name) for role in (Role.CLIENT, Role.READER) for name in MATRIX.operations}
    assert reached == {Extent.NONE, Extent.OWN}


def test_every_route_is_guarded_by_an_operation_of_the_matrix_or_open_to_everybody() -> None:
    guards.cache_clear()
    assert set(guards().values()) - {OPEN} <= set(MATRIX.operations)
    assert reach_of("GET /health") is None
    assert reach_of("POST /api/v1/decide") == MATRIX.operations["decide"]


def test_an_operation_that_is_not_in_the_matrix_is_a_mistake_in_the_code() -> None:
    with pytest.raises(KeyError):
        MATRIX.may(Role.ADMIN, "segments.drop")


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("tables: {t: {truncate: {any: [admin]}}}\noperations: {}", "t lists truncate"),
        ("tables: {t: {select: {any: [root]}}}\noperations: {}", "t.select lists root"),
        ("tables: {t: {select: {all: [admin]}}}\noperations: {}", "t.select lists all"),
        ("tables: {t: {select: {own: [client]}}}\noperations: {}", "without naming the subject's column"),
        ("tables: {}\noperations: {decide: {any: [nobody]}}", "decide lists nobody"),
    ],
)
def test_a_matrix_with_a_slip_is_refused(written: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        read_matrix(written)
