"""Databases of their own, for tests of what happens to a whole one."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

import psycopg
from psycopg.conninfo import make_conninfo

from tessella.storage.embedded import SUPERUSER, Server
from tests.database import Dsns
from tests.storage.rows import tables

_FIRST = (files("tessella.storage.migrations") / "versions" / "v0001_foundation.sql").read_text(encoding="utf-8")


@contextmanager
def empty_database(postgres: Server, template: str = "template0") -> Iterator[Dsns]:
    """A database of its own, with nothing in it but what is in `template`, to which nobody may be connected."""
    name = f"empty_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield Dsns(make_conninfo(postgres.dsn(), dbname=name), make_conninfo(postgres.dsn(SUPERUSER), dbname=name))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def database_of_the_first_migration(server: Server) -> Iterator[Dsns]:
    """A database as the first migration left it."""
    with empty_database(server) as dsns:
        with psycopg.connect(dsns.superuser) as connection:
            name = connection.info.dbname
            connection.execute(f"GRANT CREATE ON DATABASE {name} TO tessella_owner")
            connection.execute("SET LOCAL ROLE tessella_owner")
            connection.execute(_FIRST)
            for table in tables(connection):
                connection.execute(
                    f"CREATE POLICY owner ON tessella.{table} TO tessella_owner USING (true) WITH CHECK (true)"
                )
            connection.execute("CREATE SCHEMA jobs")
            connection.execute("CREATE TABLE jobs.alembic_version (version_num varchar(32) PRIMARY KEY)")
            connection.execute("INSERT INTO jobs.alembic_version VALUES ('0001')")
        yield dsns
