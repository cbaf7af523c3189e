"""Idempotency keys, the decision that an event is about, and counts of outcomes."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the SQL file of the same name."""
    driver = op.get_bind().connection.driver_connection
    assert driver is not None, "the transaction is open"
    driver.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
