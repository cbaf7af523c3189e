"""API keys: `tess_<namespace>.<key_id>.<secret>`. The secret is stored as an HMAC only."""

from tessella.storage.keys.administering import Administration, KeyMark
from tessella.storage.keys.signatures import Signatures
from tessella.storage.keys.verifying import Keys

__all__ = ["Administration", "KeyMark", "Keys", "Signatures"]
