"""Idempotency keys, the decision that an event is about, and counts of outcomes."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
