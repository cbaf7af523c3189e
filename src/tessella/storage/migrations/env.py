"""What Alembic runs for each command: on the connection and in the transaction that `upgrade` has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table_schema="jobs")
with context.begin_transaction():
    context.run_migrations()
