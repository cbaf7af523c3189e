"""What was predicted of whole segments, day by day."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0022"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
