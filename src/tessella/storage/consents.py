"""Consent: what subjects have agreed to."""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.privacy.consent import Consent
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import timestamptz

_SET: Final = """
INSERT INTO tessella.personalization_settings
       (namespace, subject_id, personalization_enabled, data_sharing_consent)
VALUES (%s, %s, %s, %s)
ON CONFLICT (namespace, subject_id) DO UPDATE
   SET personalization_enabled = excluded.personalization_enabled,
       data_sharing_consent = excluded.data_sharing_consent, updated_at = now(), changed = pg_current_xact_id()
"""

_WITHDRAWN: Final = f"""
SELECT subject_id FROM tessella.personalization_settings
 WHERE namespace = %(namespace)s AND NOT personalization_enabled
   AND updated_at >= {timestamptz("%(moment)s::bigint")}
"""


async def set_consent(connection: Connection, namespace: Namespace, subject_id: SubjectId, consent: Consent) -> None:
    """Store a subject's settings in place of any before."""
    await connection.execute(
        _SET, [namespace, subject_id, consent.personalization_enabled, consent.data_sharing_consent]
    )


async def withdrawn_since(connection: Connection, namespace: Namespace, moment: Instant) -> list[SubjectId]:
    """Who has opted out, and changed their settings at `moment` or later."""
    found = await connection.execute(_WITHDRAWN, {"namespace": namespace, "moment": moment})
    return [subject_id for (subject_id,) in await found.fetchall()]
