"""What every migration does: run the SQL file of its name, in the transaction that `upgrade` has opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import op
from psycopg import Connection


def open_connection() -> Connection[Any]:
    """The connection that migrates."""
    driver = op.get_bind().connection.driver_connection
    assert isinstance(driver, Connection), "psycopg is the driver"
    return driver


def run_sql_beside(migration: str) -> None:
    """Run the SQL file that has the name of a migration's own file."""
    open_connection().execute(Path(migration).with_suffix(".sql").read_text(encoding="utf-8"))
