"""Taxonomies of games, what is known of players' days, where players stand, and how far a migration is."""

from tessella.storage.migrations.steps import run_sql_beside

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    run_sql_beside(__file__)
