"""Backups: one file with everything that an installation keeps, and an empty installation from that file.

A backup is a zip archive: `manifest.json`, `database.dump` (the custom format of pg_dump), the generated keys below
`secrets/`, and the files of models below `models/`. The dump and the sums of the manifest are of one moment, whatever
is written meanwhile.
"""

from tessella.storage.backup.archive import Backup, opened_backup
from tessella.storage.backup.manifest import Manifest, TableSum
from tessella.storage.backup.restoring import restore
from tessella.storage.backup.writing import back_up

__all__ = ["Backup", "Manifest", "TableSum", "back_up", "opened_backup", "restore"]
