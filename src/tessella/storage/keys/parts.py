"""What a storage does with API keys."""

from __future__ import annotations

from tessella.settings import Settings
from tessella.storage.installation.secret_files import secret
from tessella.storage.keys.administering import Administration
from tessella.storage.keys.sign_ins import SignIns
from tessella.storage.keys.signatures import Signatures
from tessella.storage.keys.verifying import Keys
from tessella.storage.sessions import Parts


def key_parts(parts: Parts, settings: Settings) -> tuple[Keys, Administration, Signatures, SignIns]:
    """Who a key speaks for, what is done to keys and namespaces, what checks signed requests, and sign-ins."""
    keys = Keys(parts.database, parts.snapshots, secret(settings.home, "key_pepper", settings.key_pepper))
    administration = Administration(parts.database, parts.snapshots, keys, parts.vault)
    return keys, administration, Signatures(parts.database, parts.vault), SignIns(parts.database, parts.vault)
