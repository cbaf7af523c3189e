"""The hand-written SQL migrations, applied in order under an advisory lock."""

from tessella.storage.migrations.upgrade import HEAD, Schema, schema_state, upgrade

__all__ = ["HEAD", "Schema", "schema_state", "upgrade"]
