"""What tests of storage share: an installation with nothing in it, and a backup of a small one."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tessella.domain.identifiers import Role
from tessella.storage.embedded import Server
from tessella.storage.installation.installation import Installation
from tests.database import scoped, settings_for
from tests.storage.backup_support import backed_up
from tests.storage.databases import empty_database


@pytest.fixture
def empty_installation(postgres: Server, tmp_path: Path) -> Iterator[Installation]:
    """An installation with nothing in it."""
    with empty_database(postgres) as dsns:
        with psycopg.connect(dsns.superuser) as connection:
            connection.execute(f"ALTER DATABASE {connection.info.dbname} OWNER TO tessella_owner")
        yield Installation(settings_for(tmp_path / "restored"), dsns.app, dsns.superuser, is_embedded=True)


@pytest.fixture(scope="module")
def small_backup(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small backup, for those who only want to be refused it."""
    with empty_database(postgres) as dsns:
        folder = tmp_path_factory.mktemp("small")
        Installation(settings_for(folder), dsns.app, dsns.superuser, is_embedded=True).upgrade()
        with scoped(dsns.app, "shop", Role.SUPERADMIN) as connection:
            connection.execute("INSERT INTO tessella.namespaces VALUES ('shop')")
            connection.commit()
        backed_up(dsns.superuser, folder / "small.backup", {"key_pepper": "p" * 64})
        yield folder / "small.backup"
