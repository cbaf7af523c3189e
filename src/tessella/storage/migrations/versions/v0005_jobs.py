"""The tables of procrastinate, and what a run has to tell.

The schema of procrastinate is taken from its package, whose version is pinned. Which version it was stands in the
comment of schema `jobs`. To raise the pin, add a migration that runs procrastinate's own from the version in that
comment up to the new one, and writes the comment anew: it has nothing to do in a database that began with the new one.
"""

from importlib.metadata import version

from procrastinate.schema import SchemaManager

from tessella.storage.migrations.steps import open_connection, run_sql_beside

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COMMENT = "COMMENT ON SCHEMA jobs IS 'procrastinate {}'"


def upgrade() -> None:
    """Run procrastinate's schema inside schema `jobs`, then the SQL file of the same name."""
    driver = open_connection()
    driver.execute("SET LOCAL search_path = jobs")
    driver.execute(SchemaManager.get_schema())
    driver.execute("SET LOCAL search_path = DEFAULT")
    driver.execute(_COMMENT.format(version("procrastinate")))
    run_sql_beside(__file__)
