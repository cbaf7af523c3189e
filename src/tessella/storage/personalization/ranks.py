"""Rankings that are kept: read together with all that says whether they still hold, and never kept of who opted out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

import msgspec

from tessella.domain.identifiers import Instant, Namespace, ScopeId, SubjectId
from tessella.domain.personalization.order import Order, Placed
from tessella.domain.personalization.vector import VECTOR_FIELDS, FeatureVector
from tessella.ports.personalization import KeptRanking, StoredRanking
from tessella.storage.connections.connecting import Connection
from tessella.storage.sharing import is_personalized_by_row
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
#: A thousand rankings are sorted in memory, and nobody waits until they are on the disk: what is lost is made again.
_IN_BULK: Final = "SELECT set_config('work_mem', '64MB', true), set_config('synchronous_commit', 'off', true)"
#: What is sent: rankings, and the orders that they share, by number. The rows come in the order of their names.
_KEEP: Final = f"""
WITH orders AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s::json -> 'orders') AS (
           number integer, ranked_items text[], scores double precision[], tags jsonb)
), sent AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s::json -> 'rankings') AS (
           user_id text COLLATE "C", scope text COLLATE "C", number integer, confidences text,
           model_version text, basis text, computed_at bigint, valid_until bigint) JOIN orders USING (number)
     WHERE {is_personalized_by_row("%(namespace)s", "user_id")}
     ORDER BY user_id, scope
), kept AS (
    INSERT INTO tessella.personalization_ranks AS stored
           (namespace, user_id, scope, ranked_items, scores, confidences, model_version, basis, computed_at,
            valid_until)
    SELECT %(namespace)s, user_id, scope, ranked_items, scores, confidences::double precision[], model_version, basis,
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
SELECT tags, ranked_items FROM tessella.personalization_rationales
  JOIN tessella.personalization_ranks USING (namespace, user_id, scope)
 WHERE namespace = %(namespace)s AND user_id = %(user_id)s AND scope = %(scope)s
"""


class _Order(msgspec.Struct, frozen=True):
    """An order as it is sent."""

    number: int
    ranked_items: tuple[str, ...]
    scores: tuple[float, ...]
    #: By tag, those of the items that have it; true: all.
    tags: dict[str, list[str] | bool]


class _Row(msgspec.Struct, frozen=True):
    """A ranking as it is sent."""

    user_id: SubjectId
    scope: ScopeId
    #: Of its order.
    number: int
    #: As the text of an array: PostgreSQL reads it in a quarter of the time of a list of JSON.
    confidences: str
    model_version: str
    basis: str
    computed_at: Instant
    valid_until: Instant


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
    await connection.execute(_IN_BULK)
    return len(await (await connection.execute(_KEEP, asked)).fetchall())


async def rationale(
    connection: Connection, namespace: Namespace, user_id: SubjectId, scope: ScopeId
) -> Mapping[str, Sequence[str]]:
    """The tags of items by id; empty where none are kept."""
    asked = {"namespace": namespace, "user_id": user_id, "scope": scope}
    row = await (await connection.execute(_RATIONALE, asked)).fetchone()
    tags, ranked_items = ({}, []) if row is None else row
    by_item: dict[str, list[str]] = {}
    for tag, tagged in sorted(tags.items()):
        for item_id in ranked_items if tagged is True else tagged:
            by_item.setdefault(item_id, []).append(tag)
    return by_item


def encode(rankings: Sequence[StoredRanking]) -> bytes:
    """Rankings as JSON. Of those of one subject and scope only the last made is sent."""
    named = {_key(each): each for each in sorted(rankings, key=_made_at)}
    orders = {id(each.placed.order): each.placed.order for each in named.values()}
    numbers = {each: number for number, each in enumerate(orders)}
    rows = [
        _Row(
            each.user_id, each.scope, numbers[id(each.placed.order)], _array(each.placed.confidences),
            each.model_version, each.basis, each.computed_at, each.valid_until,
        )
        for each in named.values()
    ]  # fmt: skip
    sent = [_Order(number, each.item_ids, each.scores, _tags(each)) for number, each in enumerate(orders.values())]
    return msgspec.json.encode({"orders": sent, "rankings": rows})


def _array(numbers: Sequence[float]) -> str:
    return f"{{{','.join(map(repr, numbers))}}}"


def _tags(order: Order) -> dict[str, list[str] | bool]:
    by_tag: dict[str, list[str]] = {}
    for item_id, tags in zip(order.item_ids, order.tags, strict=True):
        for tag in tags:
            by_tag.setdefault(tag, []).append(item_id)
    return {tag: len(tagged) == len(order.item_ids) or tagged for tag, tagged in by_tag.items()}


_made_at: Final = attrgetter("computed_at")


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
    order = Order(tuple(item_ids), tuple(scores), ((),) * len(item_ids), (), ())
    return StoredRanking(user_id, scope, Placed(order, tuple(confidences)), *rest)
