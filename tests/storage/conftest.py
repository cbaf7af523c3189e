"""What tests of storage share: databases and installations of their own, and a backup of a small one."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tessella.domain.identifiers import Role
from tessella.storage.embedded import Server
from tessella.storage.installation.installation import Installation
from tessella.storage.migrations import upgrade
from tests.database import Dsns, scoped, settings_for
from tests.storage.backup_support import backed_up
from tests.storage.databases import empty_database


@pytest.fixture(scope="session")
def template(postgres: Server) -> Iterator[str]:
    """The name of a migrated database. A copy of it takes a tenth of the time of a migration."""
    with empty_database(postgres) as dsns:
        upgrade(dsns.superuser)
        yield str(conninfo_to_dict(dsns.superuser)["dbname"])


@pytest.fixture
def migrated(postgres: Server, template: str) -> Iterator[Dsns]:
    """A database of its own, migrated and without any row."""
    with empty_database(postgres, template) as dsns:
        yield dsns


@pytest.fixture
def empty_installation(postgres: Server, tmp_path: Path) -> Iterator[Installation]:
    """An installation with nothing in it."""
    with empty_database(postgres) as dsns:
        yield installation_of(dsns, tmp_path / "restored")


@pytest.fixture
def migrated_installation(migrated: Dsns, tmp_path: Path) -> Installation:
    """An installation with the newest schema and without any row."""
    return installation_of(migrated, tmp_path / "migrated")


@pytest.fixture(scope="module")
def small_backup(postgres: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small backup, for those who only want to be refused it."""
    folder = tmp_path_factory.mktemp("small")
    with empty_database(postgres, template) as dsns:
        with scoped(dsns.app, "shop", Role.SUPERADMIN) as connection:
            connection.execute("INSERT INTO tessella.namespaces VALUES ('shop')")
            connection.commit()
        backed_up(dsns.superuser, folder / "small.backup", {"key_pepper": "p" * 64})
        yield folder / "small.backup"


def installation_of(dsns: Dsns, home: Path) -> Installation:
    """The installation of a database, which is given to its owner: no copy takes grants of a database along."""
    with psycopg.connect(dsns.superuser) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} OWNER TO tessella_owner")
    return Installation(settings_for(home), dsns.app, dsns.superuser, is_embedded=True)
