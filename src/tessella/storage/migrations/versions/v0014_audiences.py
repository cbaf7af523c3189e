"""Calculated audiences: what each counted, and who entered and left which segment."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
