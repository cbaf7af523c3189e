"""Namespaces, keys, definitions, facts, consent, events, audit and job runs."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
