"""Find who has opted out since a moment."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
