"""API keys: `tess_<namespace>.<key_id>.<secret>`. The secret is stored as an HMAC only."""

from tessella.storage.keys.administering import KeyMark
from tessella.storage.keys.parts import key_parts

__all__ = ["KeyMark", "key_parts"]
