"""The roles are made on any server by anybody who may make roles, and never accepted when they are too strong."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import Connection

from tessella.storage.embedded import SUPERUSER, create_roles, start
from tessella.storage.embedded.errors import RoleTooStrong
from tests.storage.embedded_support import temporary_home

#: A superuser, in a transaction that is never committed: every test finds a server without our roles.
BARE_SERVER = """
ALTER DATABASE tessella OWNER TO postgres;
REVOKE ALL ON DATABASE tessella FROM tessella_app;
DROP ROLE tessella_app;
DROP ROLE tessella_owner;
CREATE ROLE administrator NOSUPERUSER CREATEROLE;
"""


@pytest.fixture(scope="module")
def superuser_dsn() -> Iterator[str]:
    with temporary_home() as home, start(home) as server:
        yield server.dsn(SUPERUSER)


@pytest.fixture
def connection(superuser_dsn: str) -> Iterator[Connection]:
    with psycopg.connect(superuser_dsn) as connection:
        connection.execute(BARE_SERVER)
        yield connection
        connection.rollback()


def roles(connection: Connection) -> list[tuple[str, bool]]:
    found = connection.execute(
        "SELECT rolname::text, rolcanlogin FROM pg_roles WHERE rolname LIKE 'tessella%' ORDER BY 1"
    )
    return found.fetchall()


def test_an_administrator_who_is_no_superuser_makes_the_roles_and_may_act_as_the_owner(connection: Connection) -> None:
    connection.execute("SET SESSION AUTHORIZATION administrator")
    create_roles(connection)
    assert roles(connection) == [("tessella_app", True), ("tessella_owner", False)]
    connection.execute("SET ROLE tessella_owner")
    assert connection.execute("SELECT current_user::text").fetchone() == ("tessella_owner",)


def test_making_the_roles_again_changes_nothing(connection: Connection) -> None:
    create_roles(connection)
    connection.execute("ALTER ROLE tessella_app CONNECTION LIMIT 7")
    create_roles(connection)
    limit = connection.execute("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'tessella_app'").fetchone()
    assert limit == (7,)


@pytest.mark.parametrize(
    ("attribute", "power"),
    [
        ("SUPERUSER", "act as superuser"),
        ("BYPASSRLS", "bypass row security"),
        ("CREATEROLE", "create roles"),
        ("CREATEDB", "create databases"),
        ("REPLICATION", "replicate"),
    ],
)
@pytest.mark.parametrize("role", ["tessella_app", "tessella_owner"])
def test_a_role_of_that_name_with_more_power_is_refused(
    connection: Connection, role: str, attribute: str, power: str
) -> None:
    connection.execute(f"CREATE ROLE {role} {attribute}")
    with pytest.raises(RoleTooStrong) as refusal:
        create_roles(connection)
    assert str(refusal.value) == (
        f"The role {role} may {power}, which is more than serving needs; take that from it or drop the role."
    )


def test_somebody_who_may_not_make_roles_is_told_so_by_postgresql(connection: Connection) -> None:
    connection.execute("ALTER ROLE administrator NOCREATEROLE")
    connection.execute("SET SESSION AUTHORIZATION administrator")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        create_roles(connection)
