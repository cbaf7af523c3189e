"""What a storage does with API keys."""

from __future__ import annotations

from tessella.settings import Settings
from tessella.storage.connections.database import Database
from tessella.storage.installation.secret_files import secret
from tessella.storage.keys.administering import Administration
from tessella.storage.keys.signatures import Signatures
from tessella.storage.keys.verifying import Keys
from tessella.storage.memory.snapshots import Snapshots
from tessella.storage.vault import Vault


def key_parts(
    database: Database, snapshots: Snapshots, settings: Settings, vault: Vault
) -> tuple[Keys, Administration, Signatures]:
    """Who a key speaks for, what is done to keys and namespaces, and what signed requests are checked by."""
    keys = Keys(database, snapshots, secret(settings.home, "key_pepper", settings.key_pepper))
    return keys, Administration(database, snapshots, keys, vault), Signatures(database, vault)
