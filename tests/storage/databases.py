"""Databases of their own, for tests of what happens to a whole one."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import make_conninfo

from tessella.storage.embedded import SUPERUSER, Server
from tests.database import Dsns


@contextmanager
def empty_database(postgres: Server) -> Iterator[Dsns]:
    """A database of its own, with nothing in it."""
    name = f"empty_{uuid.uuid4().hex}"
    with psycopg.connect(postgres.dsn(SUPERUSER), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield Dsns(make_conninfo(postgres.dsn(), dbname=name), make_conninfo(postgres.dsn(SUPERUSER), dbname=name))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
