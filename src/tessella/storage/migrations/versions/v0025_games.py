"""One more kind of definition: games, whose players a taxonomy is made of."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
