"""Your own PostgreSQL, where our role is no superuser: it may make roles and owns its database, as hosters give it."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from tessella.storage.administration import database_status, initialise, serving_dsn
from tessella.storage.catalogue import audit_database
from tessella.storage.embedded import SUPERUSER, start
from tests.database import settings_for
from tests.storage.embedded_support import temporary_home, until

BARE = """DROP DATABASE tessella WITH (FORCE)
DROP ROLE tessella_app
DROP ROLE tessella_owner
CREATE ROLE hosted LOGIN CREATEROLE
CREATE DATABASE shop OWNER hosted"""
LOGINS = "local all hosted trust\nlocal shop tessella_app scram-sha-256\n"


@pytest.fixture(scope="module")
def hosted() -> Iterator[str]:
    """The connection string that the hoster gave."""
    with temporary_home() as home, start(home) as server:
        superuser = make_conninfo(server.dsn(SUPERUSER), dbname="postgres")
        (logins,) = home.rglob("pg_hba.conf")
        logins.write_text(LOGINS + logins.read_text())
        with psycopg.connect(superuser, autocommit=True) as connection:
            for statement in BARE.splitlines():
                connection.execute(statement)
            connection.execute("SELECT pg_reload_conf()")
        given = make_conninfo(superuser, dbname="shop", user="hosted")
        until(lambda: is_admitted(given), "the server had read its list of logins again")
        yield given


def is_admitted(dsn: str) -> bool:
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True


def test_one_command_makes_it_ready_and_serving_logs_in_with_the_generated_password(
    hosted: str, tmp_path: Path
) -> None:
    for _ in range(2):
        initialise(hosted, tmp_path)
    served = serving_dsn(settings_for(tmp_path, database_url=SecretStr(hosted)))
    assert served is not None
    status = database_status(served)
    assert (status.role, status.schema.is_current) == ("tessella_app", True)
    assert audit_database(served) == []
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(make_conninfo(served, password="guessed"))
