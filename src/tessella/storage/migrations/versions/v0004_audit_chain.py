"""Audit rows chained to one another, and the head of each chain."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
