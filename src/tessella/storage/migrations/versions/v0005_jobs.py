"""The tables of procrastinate, and what a run has to tell."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None, "the transaction is open"
    driver.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
