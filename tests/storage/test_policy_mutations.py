"""Every policy is broken in turn, and a probe of row security by its effects, not by its text, notices each."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection, sql

from tessella.access import MATRIX, VERBS
from tessella.storage.scope import SET_SCOPE
from tests.database import Dsns
from tests.storage.rows import insert, seed

#: What may go wrong with a policy: it is open to all, to every namespace, or to every role.
NAMESPACE = "namespace = (SELECT nullif(current_setting('tessella.namespace', true), ''))"
ROLES = "(SELECT current_setting('tessella.role', true)) <> ''"
BROKEN = {"open": "true", "namespace dropped": ROLES, "role dropped": NAMESPACE}
MUTANTS = [(table.name, verb, how) for table in MATRIX.tables.values() for verb in table.verbs for how in BROKEN]


@pytest.fixture(scope="session", autouse=True)
def two_namespaces(database: Dsns) -> None:
    with psycopg.connect(database.superuser) as connection:
        seed(connection, "probed")
        seed(connection, "beyond")
        insert(connection, "namespaces", "unwritten")
        insert(connection, "definition_versions", "unwritten")


@pytest.fixture
def superuser(database: Dsns) -> Iterator[Connection]:
    with psycopg.connect(database.superuser) as connection:
        yield connection
        connection.rollback()


def leaks(connection: Connection, table: str, verb: str) -> list[str]:
    """What the serving role gets at that it must not: rows of another namespace, and of its own without the right."""
    tried = {"another namespace": ("probed", "superadmin", "beyond"), "no role": ("probed", "nobody", "probed")}
    return [what for what, scope in tried.items() if is_reached(connection, table, verb, *scope)]


def is_reached(connection: Connection, table: str, verb: str, mine: str, role: str, target: str) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL ROLE tessella_app")
            connection.execute(SET_SCOPE, [mine, role, ""])
            return done(connection, table, verb, target)
    except psycopg.errors.InsufficientPrivilege:
        return False


def done(connection: Connection, table: str, verb: str, target: str) -> bool:
    if verb == "insert":
        insert_anew(connection, table, target)
        return True
    statement = {
        "select": "SELECT FROM {table} WHERE namespace = {target}",
        "update": "UPDATE {table} SET namespace = namespace WHERE namespace = {target}",
        "delete": "DELETE FROM {table} WHERE namespace = {target}",
    }[verb]
    written = sql.SQL(statement).format(table=sql.Identifier("tessella", table), target=sql.Literal(target))
    return connection.execute(written).rowcount > 0


def insert_anew(connection: Connection, table: str, target: str) -> None:
    """A row that is not there yet; a key that is there already shows that the policy let it through."""
    try:
        insert(connection, table, target)
    except psycopg.errors.IntegrityError:
        return


def break_policy(superuser: Connection, table: str, verb: str, condition: str) -> None:
    """An update shows only what may be read, so the policy for reading is opened with it."""
    for each in {verb, "select"} if verb in ("update", "delete") else {verb}:
        parts = {"insert": "WITH CHECK ({0})", "update": "USING ({0}) WITH CHECK ({0})"}.get(each, "USING ({0})")
        superuser.execute(f"ALTER POLICY may_{each} ON tessella.{table} {parts.format(condition)}")


def test_the_probe_finds_nothing_in_the_policies_as_they_are(superuser: Connection) -> None:
    found = {(table, verb): leaks(superuser, table, verb) for table in MATRIX.tables for verb in VERBS}
    assert {key: what for key, what in found.items() if what} == {}


@pytest.mark.parametrize(("table", "verb", "how"), MUTANTS)
def test_the_probe_notices_each_broken_policy(superuser: Connection, table: str, verb: str, how: str) -> None:
    break_policy(superuser, table, verb, BROKEN[how])
    assert leaks(superuser, table, verb)


@pytest.mark.parametrize("table", MATRIX.tables)
def test_the_probe_notices_a_table_without_row_security(superuser: Connection, table: str) -> None:
    superuser.execute(f"ALTER TABLE tessella.{table} DISABLE ROW LEVEL SECURITY")
    assert leaks(superuser, table, next(iter(MATRIX.tables[table].verbs)))
