"""Consent: what subjects have agreed to."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from typing import Final

from psycopg import sql

from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.privacy.consent import DEFAULT_CONSENT, Consent, ConsentChange
from tessella.ports.privacy import ConsentCounts
from tessella.storage.bulk import in_pieces, receive
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import timestamptz

_CHANGE: Final = f"""
INSERT INTO tessella.personalization_settings AS stored
       (namespace, subject_id, personalization_enabled, data_sharing_consent)
VALUES (%(namespace)s, %(subject_id)s,
        coalesce(%(enabled)s::boolean, {DEFAULT_CONSENT.personalization_enabled}),
        coalesce(%(sharing)s::boolean, {DEFAULT_CONSENT.data_sharing_consent}))
ON CONFLICT (namespace, subject_id) DO UPDATE
   SET personalization_enabled = coalesce(%(enabled)s::boolean, stored.personalization_enabled),
       data_sharing_consent = coalesce(%(sharing)s::boolean, stored.data_sharing_consent)
RETURNING personalization_enabled, data_sharing_consent
"""
_OF_ONE: Final = """
SELECT personalization_enabled, data_sharing_consent FROM tessella.personalization_settings
 WHERE namespace = %s AND subject_id = %s
"""
_WITHDRAWN: Final = f"""
SELECT subject_id FROM tessella.personalization_settings
 WHERE namespace = %(namespace)s AND NOT personalization_enabled
   AND updated_at >= {timestamptz("%(moment)s::bigint")}
"""
_SENT: Final = """
CREATE TEMPORARY TABLE sent (subject_id text COLLATE "C", enabled boolean, sharing boolean) ON COMMIT DROP
"""
#: An empty cell leaves what is stored. A row that changes nothing is not written: nobody has to look at it again.
_STORE: Final = f"""
INSERT INTO tessella.personalization_settings AS stored
       (namespace, subject_id, personalization_enabled, data_sharing_consent)
SELECT %(namespace)s, subject_id,
       coalesce(enabled, before.personalization_enabled, {DEFAULT_CONSENT.personalization_enabled}),
       coalesce(sharing, before.data_sharing_consent, {DEFAULT_CONSENT.data_sharing_consent})
  FROM (SELECT subject_id, bool_and(enabled) AS enabled, bool_and(sharing) AS sharing
          FROM pg_temp.sent GROUP BY subject_id) AS told
  LEFT JOIN (SELECT * FROM tessella.personalization_settings WHERE namespace = %(namespace)s) AS before
       USING (subject_id)
ON CONFLICT (namespace, subject_id) DO UPDATE
   SET personalization_enabled = excluded.personalization_enabled,
       data_sharing_consent = excluded.data_sharing_consent
 WHERE (stored.personalization_enabled, stored.data_sharing_consent)
    <> (excluded.personalization_enabled, excluded.data_sharing_consent)
"""
_SOMEBODY: Final = """
SELECT EXISTS (SELECT FROM tessella.personalization_settings
                WHERE namespace = %s AND personalization_enabled AND data_sharing_consent)
"""
_COUNTS: Final = """
SELECT count(*), count(*) FILTER (WHERE personalization_enabled),
       count(*) FILTER (WHERE personalization_enabled AND data_sharing_consent)
  FROM tessella.personalization_settings WHERE namespace = %s
"""
_SHARING: Final = """
COPY (SELECT subject_id FROM tessella.personalization_settings
       WHERE namespace = {namespace} AND personalization_enabled AND data_sharing_consent) TO STDOUT (FORMAT csv)
"""


async def change_consent(
    connection: Connection, namespace: Namespace, subject_id: SubjectId, change: ConsentChange
) -> Consent:
    """Store what is changed, beside what was stored or the defaults; what holds now."""
    asked = {
        "namespace": namespace, "subject_id": subject_id, "enabled": change.personalization_enabled,
        "sharing": change.data_sharing_consent,
    }  # fmt: skip
    [row] = await (await connection.execute(_CHANGE, asked)).fetchall()
    return Consent(*row)


async def stored_consent(connection: Connection, namespace: Namespace, subject_id: SubjectId) -> Consent:
    """What a subject has agreed to; the defaults where nothing is stored."""
    row = await (await connection.execute(_OF_ONE, [namespace, subject_id])).fetchone()
    return DEFAULT_CONSENT if row is None else Consent(*row)


async def add_consents_csv(connection: Connection, namespace: Namespace, rows: AsyncIterable[bytes]) -> int:
    """Store settings from CSV: subject, personalization, sharing. Of a subject that comes twice, no wins over yes.

    Returns how many changed something.
    """
    await receive(connection, _SENT, rows)
    return (await connection.execute(_STORE, {"namespace": namespace})).rowcount


async def withdrawn_since(connection: Connection, namespace: Namespace, moment: Instant) -> list[SubjectId]:
    """Who has opted out, and changed their settings at `moment` or later."""
    found = await connection.execute(_WITHDRAWN, {"namespace": namespace, "moment": moment})
    return [subject_id for (subject_id,) in await found.fetchall()]


async def consent_counts(connection: Connection, namespace: Namespace) -> ConsentCounts:
    """How many have settings, and what these say."""
    [row] = await (await connection.execute(_COUNTS, [namespace])).fetchall()
    return ConsentCounts(*row)


async def somebody_shares(connection: Connection, namespace: Namespace) -> bool:
    """Whether anybody shares data, and has personalization on."""
    [(found,)] = await (await connection.execute(_SOMEBODY, [namespace])).fetchall()
    return bool(found)


async def stream_sharing(connection: Connection, namespace: Namespace) -> AsyncIterator[bytes]:
    """The ids of those who share data, and have personalization on, as CSV in pieces."""
    async with connection.cursor().copy(sql.SQL(_SHARING).format(namespace=sql.Literal(namespace))) as copy:
        async for piece in in_pieces(copy):
            yield piece
