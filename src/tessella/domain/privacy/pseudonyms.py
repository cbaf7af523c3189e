"""How a subject is named in the audit: by a keyed digest, never by their id."""

from __future__ import annotations

import hmac

from tessella.domain.identifiers import Namespace, Pseudonym, SubjectId


def pseudonym(namespace: Namespace, subject_id: SubjectId, *, key: bytes) -> Pseudonym:
    """HMAC-SHA256 over namespace and subject id, the first 32 hexadecimal digits.

    The same subject has unrelated pseudonyms in two namespaces, and none can be guessed without the key.
    """
    return Pseudonym(hmac.digest(key, f"{namespace}\0{subject_id}".encode(), "sha256").hex()[:32])
