"""What personalization knows of subjects: stored as they were computed, and never read of who has opted out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import msgspec

from tessella.domain.identifiers import Instant, Namespace, SubjectId
from tessella.domain.personalization.vector import VECTOR_FIELDS, FeatureVector
from tessella.storage.connections.connecting import Connection
from tessella.storage.sharing import is_personalized_by_row
from tessella.storage.subject_names import is_storable
from tessella.storage.times import micros, timestamptz

_FIELDS: Final = ", ".join(VECTOR_FIELDS)
#: SQL: whether who has row `stored` has not opted out.
_CONSENTING: Final = is_personalized_by_row("stored.namespace", "stored.user_id")
_AS_OF: Final = timestamptz("%(computed_at)s::bigint")
#: One statement looks at consent and stores: who opts out meanwhile is removed by who takes the settings.
_STORE: Final = f"""
WITH replaced AS (
INSERT INTO tessella.personalization_features AS stored (namespace, user_id, {_FIELDS}, computed_at)
SELECT namespace, user_id, {_FIELDS}, {timestamptz("computed_at")}
  FROM (SELECT %(namespace)s AS namespace, * FROM json_to_recordset(%(rows)s::json) AS sent (
            user_id text, computed_at bigint, engagement_score float8, notification_ctr float8,
            session_count_7d integer, session_count_30d integer, avg_session_duration_sec float8,
            preferred_time_slot smallint, device_type text, country_code text, timezone_offset float8)) AS stored
 WHERE {_CONSENTING}
ON CONFLICT (namespace, user_id) DO UPDATE
   SET {", ".join(f"{each} = excluded.{each}" for each in VECTOR_FIELDS)}, computed_at = excluded.computed_at
 WHERE stored.computed_at <= excluded.computed_at
RETURNING 1)
SELECT count(*) FROM replaced
"""
_REMOVE_OPTED_OUT: Final = """
DELETE FROM tessella.personalization_features AS stored USING tessella.personalization_settings AS settings
 WHERE stored.namespace = %(namespace)s AND settings.namespace = stored.namespace
   AND settings.subject_id = stored.user_id AND NOT settings.personalization_enabled
"""
_LAST: Final = f"""
SELECT max(user_id) FROM tessella.personalization_features
 WHERE namespace = %(namespace)s AND computed_at = {_AS_OF}
"""
_READ: Final = f"""
SELECT user_id, {micros("computed_at")}, {_FIELDS} FROM tessella.personalization_features AS stored
 WHERE namespace = %(namespace)s AND {_CONSENTING}
"""
#: One after the other by the primary key, however many rows the planner takes there to be.
_THESE: Final = f"""
SELECT stored.* FROM (SELECT DISTINCT unnest(%(user_ids)s::text[])) AS asked (asked_id)
 CROSS JOIN LATERAL ({_READ} AND user_id = asked_id LIMIT 1) AS stored
"""
_PAGE: Final = f"{_READ} AND user_id > %(after)s ORDER BY user_id LIMIT %(limit)s"
#: There are no statistics of ids. Without these a page is all that comes after one, sorted.
_IN_ORDER: Final = """
SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true),
       set_config('enable_sort', 'off', true)
"""


async def replace(connection: Connection, namespace: Namespace, vectors: Sequence[FeatureVector]) -> int:
    """Store vectors, of which no two are one subject's, in place of older ones; returns how many were stored."""
    rows = msgspec.json.encode(vectors).decode()
    [(count,)] = await (await connection.execute(_STORE, {"namespace": namespace, "rows": rows})).fetchall()
    return int(count)


async def remove_opted_out(connection: Connection, namespace: Namespace) -> int:
    """Remove the vectors of who has opted out; returns how many there were."""
    return (await connection.execute(_REMOVE_OPTED_OUT, {"namespace": namespace})).rowcount


async def last_of(connection: Connection, namespace: Namespace, computed_at: Instant) -> SubjectId | None:
    """The last id, in the order of ids, of those whose vector was computed at that moment."""
    asked = {"namespace": namespace, "computed_at": computed_at}
    [(last,)] = await (await connection.execute(_LAST, asked)).fetchall()
    return None if last is None else SubjectId(last)


async def these(
    connection: Connection, namespace: Namespace, user_ids: Collection[SubjectId]
) -> dict[SubjectId, FeatureVector]:
    """Those of some subjects. Of one whose id no text can hold nothing is stored."""
    asked = {"namespace": namespace, "user_ids": [each for each in user_ids if is_storable(each)]}
    return {each.user_id: each for each in await _vectors(connection, _THESE, asked)}


async def page(connection: Connection, namespace: Namespace, after: SubjectId, limit: int) -> Sequence[FeatureVector]:
    """So many of everybody's whose id comes after one, in the order of ids."""
    await connection.execute(_IN_ORDER)
    return await _vectors(connection, _PAGE, {"namespace": namespace, "after": after, "limit": limit})


async def _vectors(connection: Connection, query: str, asked: dict[str, Any]) -> list[FeatureVector]:
    return [FeatureVector(*row) for row in await (await connection.execute(query, asked)).fetchall()]
