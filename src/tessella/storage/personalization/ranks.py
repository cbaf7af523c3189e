"""Rankings that are kept: read together with all that says whether they still hold, and never kept of who opted out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, Final

import msgspec

from tessella.domain.identifiers import Instant, Namespace, ScopeId, SubjectId
from tessella.domain.personalization.ranking import RankedItem
from tessella.domain.personalization.vector import VECTOR_FIELDS, FeatureVector
from tessella.ports.personalization import KeptRanking, StoredRanking
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros, timestamptz
from tessella.storage.writing.submissions import Insert

_KEPT: Final = f"""
SELECT settings.personalization_enabled, {micros("settings.updated_at")},
       {micros("features.computed_at")}, {", ".join(f"features.{each}" for each in VECTOR_FIELDS)},
       ranked_items, scores, confidences, model_version, basis, {micros("ranks.computed_at")}, {micros("valid_until")}
  FROM (SELECT %(namespace)s::text COLLATE "C", %(user_id)s::text COLLATE "C") AS asked (namespace, user_id)
  LEFT JOIN tessella.personalization_settings AS settings
    ON settings.namespace = asked.namespace AND settings.subject_id = asked.user_id
  LEFT JOIN tessella.personalization_features AS features
    ON features.namespace = asked.namespace AND features.user_id = asked.user_id
  LEFT JOIN tessella.personalization_ranks AS ranks
    ON ranks.namespace = asked.namespace AND ranks.user_id = asked.user_id AND ranks.scope = %(scope)s
"""
#: The columns of `_KEPT` before those of the ranking.
_OF_RANKING: Final = 3 + len(VECTOR_FIELDS)
_SENT: Final = """
SELECT DISTINCT ON (user_id, scope) * FROM json_to_recordset(%(rows)s::json) AS (
       user_id text COLLATE "C", scope text COLLATE "C", ranked_items text[], scores double precision[],
       confidences double precision[], model_version text, basis text, computed_at bigint, valid_until bigint,
       tags jsonb)
 WHERE NOT EXISTS (SELECT FROM tessella.personalization_settings AS settings
                    WHERE settings.namespace = %(namespace)s AND settings.subject_id = user_id
                      AND NOT settings.personalization_enabled)
 ORDER BY user_id, scope, computed_at DESC"""
_KEEP: Final = f"""
WITH sent AS MATERIALIZED ({_SENT}
), kept AS (
    INSERT INTO tessella.personalization_ranks AS stored
           (namespace, user_id, scope, ranked_items, scores, confidences, model_version, basis, computed_at,
            valid_until)
    SELECT %(namespace)s, user_id, scope, ranked_items, scores, confidences, model_version, basis,
           {timestamptz("computed_at")}, {timestamptz("valid_until")} FROM sent
    ON CONFLICT (namespace, user_id, scope) DO UPDATE
       SET ranked_items = excluded.ranked_items, scores = excluded.scores, confidences = excluded.confidences,
           model_version = excluded.model_version, basis = excluded.basis, computed_at = excluded.computed_at,
           valid_until = excluded.valid_until
     WHERE stored.computed_at <= excluded.computed_at
    RETURNING user_id, scope
), explained AS (
    INSERT INTO tessella.personalization_rationales AS stored (namespace, user_id, scope, tags, computed_at)
    SELECT %(namespace)s, user_id, scope, tags, {timestamptz("computed_at")} FROM sent
    ON CONFLICT (namespace, user_id, scope) DO UPDATE SET tags = excluded.tags, computed_at = excluded.computed_at
     WHERE stored.computed_at <= excluded.computed_at
)
SELECT user_id, scope, 'kept' FROM kept
"""
_RATIONALE: Final = """
SELECT tags FROM tessella.personalization_rationales
 WHERE namespace = %(namespace)s AND user_id = %(user_id)s AND scope = %(scope)s
"""


class _Row(msgspec.Struct, frozen=True):
    """A ranking as it is sent."""

    user_id: SubjectId
    scope: ScopeId
    ranked_items: list[str]
    scores: list[float]
    confidences: list[float]
    model_version: str
    basis: str
    computed_at: Instant
    valid_until: Instant
    #: Those of the items that have any.
    tags: dict[str, tuple[str, ...]]


async def kept_ranking(connection: Connection, namespace: Namespace, user_id: SubjectId, scope: ScopeId) -> KeptRanking:
    """What is stored of a subject for a scope."""
    asked = {"namespace": namespace, "user_id": user_id, "scope": scope}
    [row] = await (await connection.execute(_KEPT, asked)).fetchall()
    enabled, changed_at, computed_at = row[:3]
    vector = None if computed_at is None else FeatureVector(user_id, computed_at, *row[3:_OF_RANKING])
    ranking = None if row[-1] is None else _ranking(user_id, scope, *row[_OF_RANKING:])
    return KeptRanking(vector, ranking, enabled is not False, changed_at)


async def keep(connection: Connection, namespace: Namespace, rankings: Sequence[StoredRanking]) -> int:
    """Keep rankings; returns how many were."""
    asked = {"namespace": namespace, "rows": encode(rankings).decode()}
    return len(await (await connection.execute(_KEEP, asked)).fetchall())


async def rationale(
    connection: Connection, namespace: Namespace, user_id: SubjectId, scope: ScopeId
) -> Mapping[str, Sequence[str]]:
    """The tags of items by id; empty where none are kept."""
    asked = {"namespace": namespace, "user_id": user_id, "scope": scope}
    row = await (await connection.execute(_RATIONALE, asked)).fetchone()
    return {} if row is None else row[0]


def encode(rankings: Sequence[StoredRanking]) -> bytes:
    """Rankings as JSON rows."""
    return msgspec.json.encode(list(_rows(rankings)))


def _rows(rankings: Sequence[StoredRanking]) -> Iterator[_Row]:
    for each in rankings:
        items = each.items
        yield _Row(
            each.user_id, each.scope, [item.item_id for item in items], [item.score for item in items],
            [item.confidence for item in items], each.model_version, each.basis, each.computed_at, each.valid_until,
            {item.item_id: item.tags for item in items if item.tags},
        )  # fmt: skip


def _key(ranking: StoredRanking) -> tuple[str, str]:
    return ranking.user_id, ranking.scope


KEEP_RANKINGS: Final = Insert("rankings", _KEEP, encode, _key)


def _ranking(
    user_id: SubjectId,
    scope: ScopeId,
    item_ids: Sequence[str],
    scores: Sequence[float],
    confidences: Sequence[float],
    *rest: Any,
) -> StoredRanking:
    items = tuple(map(RankedItem, item_ids, scores, confidences, repeat(())))
    return StoredRanking(user_id, scope, items, *rest)
