"""Keys that are bound to a subject, to addresses, or to signatures."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
