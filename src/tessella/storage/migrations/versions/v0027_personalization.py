"""Vectors, rankings, evaluations and flags of personalization, and one more kind of definition: scopes."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
