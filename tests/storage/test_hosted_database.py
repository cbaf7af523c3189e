"""Your own PostgreSQL, where our role is no superuser: it may make roles and owns its database, as hosters give it."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from tessella.storage.backup import opened_backup, restore
from tessella.storage.backup.errors import CannotSeeEveryRow
from tessella.storage.backup.sums import sums_of
from tessella.storage.embedded import SUPERUSER, start
from tessella.storage.installation.administration import database_status, initialise, serving_dsn
from tessella.storage.installation.catalogue import audit_database
from tessella.storage.installation.installation import installed
from tests.database import Dsns, settings_for
from tests.storage.backup_support import backed_up
from tests.storage.embedded_support import temporary_home, until

BARE = """DROP DATABASE tessella WITH (FORCE)
DROP ROLE tessella_app
DROP ROLE tessella_owner
CREATE ROLE hosted LOGIN CREATEROLE
CREATE DATABASE shop OWNER hosted
CREATE DATABASE branch OWNER hosted"""
LOGINS = "local all hosted trust\nlocal shop,branch tessella_app scram-sha-256\n"


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


def test_a_backup_of_an_embedded_server_is_restored_and_one_by_a_hosted_role_is_refused(
    hosted: str, database: Dsns, tmp_path: Path
) -> None:
    made = backed_up(database.superuser, tmp_path / "b", {"key_pepper": "p" * 64})
    own = settings_for(tmp_path / "home", database_url=SecretStr(make_conninfo(hosted, dbname="branch")))
    with opened_backup(tmp_path / "b") as backup, installed(own) as installation:
        restore(backup, installation)
    served = serving_dsn(own)
    assert served is not None
    assert (database_status(served).role, database_status(served).schema.is_current) == ("tessella_app", True)
    assert audit_database(served) == []
    with psycopg.connect(make_conninfo(hosted, dbname="branch", user=SUPERUSER), autocommit=True) as connection:
        assert list(sums_of(connection)) == list(made.tables)
    with pytest.raises(CannotSeeEveryRow, match='The role "hosted" does not see every row'):
        backed_up(make_conninfo(hosted, dbname="branch"), tmp_path / "lost")
