"""Make a database ready, bring it up to date, and say how it is: what `tessella db` does."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import SecretStr

from tessella.domain.errors import TessellaError
from tessella.settings import SettingInvalid, Settings
from tessella.storage.connections.connecting import command_connection, connect_as_anybody
from tessella.storage.connections.watchdog import bounded
from tessella.storage.embedded.roles import APP, OWNER, create_roles
from tessella.storage.errors import SchemaNotCurrent
from tessella.storage.installation.encrypted import encrypted, is_private
from tessella.storage.installation.secret_files import CREDENTIAL, replace_private
from tessella.storage.migrations import HEAD, Schema, refuse_newer, schema_seen, schema_state, upgrade

_SET_PASSWORD: Final = "ALTER ROLE tessella_app LOGIN PASSWORD {}"
_WHO: Final = "SELECT current_user::text, current_setting('server_version')"


@dataclass(eq=False)
class NeedsAdministrator(TessellaError):
    """The role "{role}" may not create roles."""

    role: str
    database: str

    def hint(self) -> str:
        """The statements for somebody who may."""
        return f"Have an administrator run this, then try again:\n{administrator_sql(self.role, self.database)}"


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """One database as its serving role sees it."""

    server_version: str
    role: str
    schema: Schema
    #: Whether the connection to it is encrypted, or stays on this machine.
    is_private: bool


def administrator_sql(role: str, database: str) -> str:
    """What an administrator runs once, so that `role` can do the rest."""
    return f"""CREATE ROLE {OWNER} NOLOGIN NOINHERIT;
CREATE ROLE {APP} LOGIN NOINHERIT PASSWORD 'choose one and put it into TESSELLA_DATABASE_URL';
GRANT {OWNER} TO "{role}";
GRANT CREATE ON DATABASE "{database}" TO {OWNER};
GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {APP};"""


def serving_dsn(settings: Settings) -> str | None:
    """The connection string to serve with; None for the embedded server.

    `TESSELLA_DATABASE_URL` with the credential that `initialise` stored for that database, or as it stands.
    Raises `SettingInvalid`.
    """
    if settings.database_url is None:
        return None
    given = _readable(settings.database_url, settings, "TESSELLA_DATABASE_URL")
    path = settings.home / CREDENTIAL
    stored = json.loads(path.read_text()) if path.exists() else {}
    if stored.get("database") != _database_of(given):
        return given
    return make_conninfo(given, user=stored["user"], password=stored["password"])


def own_dsn(settings: Settings) -> str:
    """The same where there is such an address. Raises `SettingInvalid`."""
    dsn = serving_dsn(settings)
    if dsn is None:
        raise SettingInvalid("TESSELLA_DATABASE_URL", "it is not set, and no embedded server was named")
    return dsn


def administering_dsn(settings: Settings) -> str | None:
    """The connection string to migrate with; None for the embedded server. Raises `SettingInvalid`."""
    if settings.database_admin_url is not None:
        return _readable(settings.database_admin_url, settings, "TESSELLA_DATABASE_ADMIN_URL")
    if settings.database_url is None:
        return None
    return _readable(settings.database_url, settings, "TESSELLA_DATABASE_URL")


def _readable(given: SecretStr, settings: Settings, name: str) -> str:
    """The connection string. The driver repeats one that it cannot read, password and all: we do not."""
    dsn = given.get_secret_value()
    try:
        conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise SettingInvalid(name, "PostgreSQL cannot read it; write postgresql://USER:PASSWORD@HOST/NAME") from None
    return encrypted(dsn, settings, name)


def initialise(dsn: str, home: Path, *, served: str | None = None) -> None:
    """Create the roles, migrate, and keep a generated credential of `tessella_app` in `home`. Safe to repeat.

    `served` is the connection string that the credential will be used with, where that is another than `dsn`.

    Raises `NeedsAdministrator` with the SQL to run when the role of `dsn` may not create roles, and `DatabaseAway`.
    """
    with command_connection(dsn) as connection:
        try:
            create_roles(connection)
            _give_credential(connection, served or dsn, home)
        except psycopg.errors.InsufficientPrivilege:
            raise NeedsAdministrator(connection.info.user, connection.info.dbname) from None
    upgrade(dsn)


def _give_credential(connection: Connection[Any], served: str, home: Path) -> None:
    """PostgreSQL is sent the SCRAM verifier only: a password in a statement could be logged."""
    password = secrets.token_urlsafe(32)
    verifier = connection.pgconn.encrypt_password(password.encode(), APP.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL(_SET_PASSWORD).format(sql.Literal(verifier)))
    credential = {"database": _database_of(served), "user": APP, "password": password}
    replace_private(home / CREDENTIAL, json.dumps(credential))


def _database_of(dsn: str) -> list[str]:
    parts = conninfo_to_dict(dsn)
    return [str(parts.get(name) or "") for name in ("host", "hostaddr", "port", "dbname")]


def database_status(dsn: str) -> DatabaseStatus:
    """How the database is. Raises `DatabaseAway`."""
    with command_connection(dsn) as connection:
        found = connection.execute(_WHO).fetchone()
        assert found is not None, "a SELECT without FROM gives a row"
        return DatabaseStatus(found[1], found[0], schema_state(connection), is_private(connection))


def refuse_other_schema(dsn: str, patience_seconds: float = 1.0) -> None:
    """Raises `SchemaNotCurrent` for a schema that is older than this Tessella, newer, or not there.

    A database that is away, or does not answer in time, is not asked: decisions go on without it, and every server asks
    again before it uses the database.
    """
    with suppress(psycopg.OperationalError):
        schema = asyncio.run(_schema(dsn, patience_seconds))
        refuse_newer(schema)
        if not schema.is_current:
            raise SchemaNotCurrent(str(schema), HEAD)


async def _schema(dsn: str, seconds: float) -> Schema:
    async with await connect_as_anybody(dsn, seconds) as connection:
        with bounded(connection, seconds):
            return await schema_seen(connection)
