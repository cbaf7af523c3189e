"""What runs of experiments: assignments, rewards, what is counted and learned of them, clusters, recommendations."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
