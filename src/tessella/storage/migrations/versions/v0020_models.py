"""The versions of models, and which was active when."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
