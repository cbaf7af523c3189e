"""What each namespace needs to be decided for, kept in `TESSELLA_HOME` for a start without the database."""

from tessella.storage.disk.kept import KeptNamespace
from tessella.storage.disk.shelf import Shelf, are_kept, database_of, forget_kept

__all__ = ["KeptNamespace", "Shelf", "are_kept", "database_of", "forget_kept"]
