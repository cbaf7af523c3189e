"""The tables of procrastinate, and what a run has to tell.

The schema of procrastinate is taken from its package, whose version is pinned. Which version it was stands in the
comment of schema `jobs`. To raise the pin, add a migration that runs procrastinate's own from the version in that
comment up to the new one, and writes the comment anew: it has nothing to do in a database that began with the new one.
"""

from importlib.metadata import version
from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COMMENT = "COMMENT ON SCHEMA jobs IS 'procrastinate {}'"


def upgrade() -> None:
    """Run procrastinate's schema inside schema `jobs`, then the SQL file of the same name."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None, "the transaction is open"
    driver.execute("SET LOCAL search_path = jobs")
    driver.execute(SchemaManager.get_schema())
    driver.execute("SET LOCAL search_path = DEFAULT")
    driver.execute(_COMMENT.format(version("procrastinate")))
    driver.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
