"""Alerts, webhooks, and what is delivered to those who want to know."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
