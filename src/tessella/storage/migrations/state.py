"""How far a database's schema is. Knows the migrations by name, and loads nothing that would run them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from psycopg import AsyncConnection, Connection

from tessella.access import MATRIX
from tessella.storage.errors import NO_SCHEMA, SchemaNewer
from tessella.storage.migrations.document_views import VIEWS
from tessella.storage.migrations.experiment_views import READABLE
from tessella.storage.migrations.policies import statements

_EXISTS: Final = "SELECT to_regclass('jobs.alembic_version') IS NOT NULL"
_STATE: Final = """
SELECT (SELECT version_num FROM jobs.alembic_version),
       coalesce(obj_description(to_regnamespace('tessella'), 'pg_namespace'), '')
"""


def _generated() -> str:
    """A digest of all that is generated, kept as the schema's comment: a changed matrix is an upgrade too."""
    text = json.dumps([*statements(MATRIX), VIEWS, READABLE])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _newest() -> str:
    """The revision of the newest file in `versions`: `v0001_foundation.py` is 0001."""
    names = sorted(path.name for path in Path(__file__).with_name("versions").glob("v*.py"))
    return names[-1][1:5]


#: The newest migration.
HEAD: Final = _newest()
GENERATED: Final = _generated()


@dataclass(frozen=True, slots=True)
class Schema:
    """How far a database is."""

    #: The newest migration that was applied; None for none.
    version: str | None
    is_current: bool

    @property
    def is_newer(self) -> bool:
        """Whether a later Tessella has upgraded it: this one must leave it alone."""
        return self.version is not None and self.version > HEAD

    def __str__(self) -> str:
        if self.version == HEAD and not self.is_current:
            return f"{HEAD} with other views or policies"
        return self.version or NO_SCHEMA


def refuse_newer(schema: Schema) -> None:
    """Raises `SchemaNewer` for a schema that this Tessella does not know."""
    if schema.is_newer:
        raise SchemaNewer(str(schema), HEAD)


def schema_state(connection: Connection[Any]) -> Schema:
    """How far the database behind `connection` is; any role may ask."""
    if connection.execute(_EXISTS).fetchone() != (True,):
        return Schema(None, is_current=False)
    found = connection.execute(_STATE).fetchone()
    assert found is not None, "a SELECT without FROM gives a row"
    return Schema(found[0], is_current=found == (HEAD, GENERATED))


async def schema_seen(connection: AsyncConnection[Any]) -> Schema:
    """The same for a connection of a server."""
    if await (await connection.execute(_EXISTS)).fetchone() != (True,):
        return Schema(None, is_current=False)
    found = await (await connection.execute(_STATE)).fetchone()
    assert found is not None, "a SELECT without FROM gives a row"
    return Schema(found[0], is_current=found == (HEAD, GENERATED))
