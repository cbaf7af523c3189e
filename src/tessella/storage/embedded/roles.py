"""The roles of a Tessella database, on the embedded server and on your own.

The superuser makes the cluster. `tessella_owner` owns the schema and cannot log in. `tessella_app` serves: it owns
nothing and row security always holds for it.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from tessella.storage.embedded.errors import RoleTooStrong

DATABASE = "tessella"
SUPERUSER = "postgres"
OWNER = "tessella_owner"
APP = "tessella_app"

#: Two processes that make the roles at once take turns: roles are shared by all databases of a server.
_TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtext('tessella roles'))"

_CREATE: dict[str, LiteralString] = {
    OWNER: """CREATE ROLE tessella_owner NOLOGIN
              NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT""",
    APP: """CREATE ROLE tessella_app LOGIN
            NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION NOINHERIT""",
}

_POWERS = """
SELECT CASE WHEN rolsuper THEN 'act as superuser' WHEN rolbypassrls THEN 'bypass row security'
            WHEN rolcreaterole THEN 'create roles' WHEN rolcreatedb THEN 'create databases'
            WHEN rolreplication THEN 'replicate' ELSE '' END
  FROM pg_roles WHERE rolname = %s
"""

#: Migrations act as the owner, which a role that is no superuser may only do as its member.
_JOIN_OWNER = "GRANT tessella_owner TO CURRENT_USER"
_IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"

_DATABASE_EXISTS = "SELECT 1 FROM pg_database WHERE datname = 'tessella'"
_CREATE_DATABASE = "CREATE DATABASE tessella OWNER tessella_owner TEMPLATE template0"
_CLOSE_DATABASE = "REVOKE ALL ON DATABASE tessella FROM PUBLIC; GRANT CONNECT ON DATABASE tessella TO tessella_app"


def create_roles(connection: Connection[TupleRow]) -> None:
    """Create `tessella_owner` and `tessella_app` where they are missing, in a transaction of their own.

    The connection's role needs CREATEROLE (psycopg raises `InsufficientPrivilege` otherwise). On PostgreSQL 15 and
    newer; roles that exist are left as they are.

    Raises:
        RoleTooStrong: a role of that name exists and is not bound by row security.
    """
    with connection.transaction():
        connection.execute(_TAKE_TURNS)
        for role, statement in _CREATE.items():
            _create_role(connection, role, statement)
        if connection.execute(_IS_SUPERUSER).fetchone() != (True,):
            connection.execute(_JOIN_OWNER)


def create_database(connection: Connection[TupleRow]) -> None:
    """Create the database `tessella`, which only `tessella_app` may enter. The connection must be in autocommit."""
    if connection.execute(_DATABASE_EXISTS).fetchone() is None:
        connection.execute(_CREATE_DATABASE)
    connection.execute(_CLOSE_DATABASE)


def _create_role(connection: Connection[TupleRow], role: str, statement: LiteralString) -> None:
    found = connection.execute(_POWERS, [role]).fetchone()
    if found is None:
        connection.execute(statement)
    elif found[0]:
        raise RoleTooStrong(role, found[0])


def connect_as_superuser(dsn: str) -> Connection[TupleRow]:
    """A connection for the work above, each statement by itself."""
    return psycopg.connect(dsn, autocommit=True, connect_timeout=5)
