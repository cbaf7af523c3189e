"""Facts: one value per subject and feature, with the moment at which it was true."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, cast

import msgspec
from psycopg import sql

from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.schema import Schema, Source
from tessella.domain.features.subject import NO_FACTS, Facts
from tessella.domain.identifiers import FeatureName, Instant, Json, Namespace, SubjectId
from tessella.domain.privacy.consent import DEFAULT_CONSENT, Consent
from tessella.ports import StoredFact
from tessella.storage.connections.connecting import Connection
from tessella.storage.sharing import is_personalized
from tessella.storage.times import micros, timestamptz
from tessella.storage.writing.submissions import Insert

#: Settings and facts of many subjects at once. The facts of a subject who has opted out are not read.
#: A fact that was taken back is a JSON null.
_SUBJECTS: Final = f"""
SELECT asked.subject_id, settings.personalization_enabled, settings.data_sharing_consent,
       CASE WHEN coalesce(settings.personalization_enabled, true) THEN (
           SELECT json_object_agg(fact.feature, json_build_array(fact.value, {micros("fact.as_of")}))::text
             FROM tessella.subject_facts AS fact
            WHERE fact.namespace = %(namespace)s AND fact.subject_id = asked.subject_id AND fact.value <> 'null')
       END
  FROM unnest(%(subject_ids)s::text[]) AS asked (subject_id)
  LEFT JOIN tessella.personalization_settings AS settings
    ON settings.namespace = %(namespace)s AND settings.subject_id = asked.subject_id
"""
_OF_EVERYBODY: Final = f"""
SELECT subject_id, json_object_agg(feature, json_build_array(value, {micros("as_of")}))::text
  FROM tessella.subject_facts AS fact
 WHERE namespace = %s AND value <> 'null'
   AND {is_personalized("fact.namespace", "fact.subject_id")}
 GROUP BY subject_id
"""
_UNTIL: Final = f"""
COPY (SELECT subject_id, feature, value::text, {micros("as_of")} FROM tessella.subject_facts AS fact
       WHERE namespace = {{namespace}} AND feature = ANY({{features}}) AND value <> 'null'
         AND as_of <= {timestamptz("{until}::bigint")}
         AND {is_personalized("fact.namespace", "fact.subject_id")}
) TO STDOUT (FORMAT csv)
"""
_LAST: Final = f"""
SELECT {micros("max(as_of)")} FROM tessella.subject_facts
 WHERE namespace = %s AND feature = ANY(%s) AND value <> 'null'
"""
_OF_ONE: Final = f"""
SELECT feature, value, {micros("as_of")} FROM tessella.subject_facts
 WHERE namespace = %s AND subject_id = %s AND value <> 'null' ORDER BY feature
"""

#: A later `as_of` replaces an earlier one, never the reverse; of the same moment, the last word holds.
REPLACE: Final = """
ON CONFLICT (namespace, subject_id, feature) DO UPDATE
   SET value = excluded.value, as_of = excluded.as_of, changed = pg_current_xact_id()
 WHERE stored.as_of < excluded.as_of OR (stored.as_of = excluded.as_of AND stored.value <> excluded.value)
"""
_INSERT: Final = f"""
INSERT INTO tessella.subject_facts AS stored (namespace, subject_id, feature, value, as_of)
SELECT DISTINCT ON (subject_id, feature) %(namespace)s, subject_id, feature, value, {timestamptz("as_of")}
  FROM ROWS FROM (json_to_recordset(%(rows)s::json)
                  AS (subject_id text, feature text, value jsonb, as_of bigint)) WITH ORDINALITY
 ORDER BY subject_id, feature, as_of DESC, ordinality DESC
{REPLACE}
RETURNING subject_id, feature, 'changed'
"""


def _fact_key(fact: StoredFact) -> tuple[str, str]:
    return fact.subject_id, fact.feature


ADD_FACTS: Final = Insert("facts", _INSERT, msgspec.json.encode, _fact_key)


async def send_for_subjects(connection: Connection, namespace: Namespace, subject_ids: Sequence[SubjectId]) -> Any:
    """Ask for the settings and facts of many subjects; returns the cursor, for use in a pipeline."""
    return await connection.execute(_SUBJECTS, {"namespace": namespace, "subject_ids": list(subject_ids)})


async def stream_subjects(
    connection: Connection, namespace: Namespace, schemas: Sequence[Schema]
) -> AsyncIterator[tuple[SubjectId, Sequence[Facts]]]:
    """Every subject with facts, but those who have opted out; the facts as each schema types them."""
    async with connection.cursor(name="subjects") as cursor:
        cursor.itersize = 1_000
        async for subject_id, written in await cursor.execute(_OF_EVERYBODY, [namespace]):
            yield subject_id, [read_facts(schema, written) for schema in schemas]


async def stream_facts(
    connection: Connection, namespace: Namespace, features: Sequence[FeatureName], until: Instant
) -> AsyncIterator[bytes]:
    """Facts of these features that are not newer than `until`, of all who have not opted out, as CSV in pieces."""
    query = sql.SQL(_UNTIL).format(
        namespace=sql.Literal(namespace), features=sql.Literal(list(features)), until=sql.Literal(until)
    )
    async with connection.cursor().copy(query) as copy:
        async for piece in copy:
            yield bytes(piece)


async def stored_facts(connection: Connection, namespace: Namespace, subject_id: SubjectId) -> list[StoredFact]:
    """One subject's facts as they are stored."""
    found = await connection.execute(_OF_ONE, [namespace, subject_id])
    return [StoredFact(subject_id, feature, value, as_of) for feature, value, as_of in await found.fetchall()]


async def facts_as_of(connection: Connection, namespace: Namespace, features: Sequence[FeatureName]) -> Instant | None:
    """The last moment that values of these features are of."""
    [row] = await (await connection.execute(_LAST, [namespace, list(features)])).fetchall()
    return cast(Instant | None, row[0])


def read_consent(enabled: bool | None, sharing: bool | None) -> Consent:
    """Settings from their columns; NULL where a subject has none."""
    return DEFAULT_CONSENT if enabled is None or sharing is None else Consent(enabled, sharing)


def read_facts(schema: Schema, written: str | None) -> Facts:
    """Typed values of the features that are declared and not personal."""
    if written is None:
        return NO_FACTS
    stored: Mapping[FeatureName, tuple[Json, Instant]] = msgspec.json.decode(written)
    values: dict[FeatureName, Value] = {}
    oldest: list[Instant] = []
    predicted: list[Instant] = []
    for name, (value, as_of) in stored.items():
        feature = schema.get(name)
        if feature is None or feature.personal or (typed := normalise(value, feature.type)) is None:
            continue
        values[feature.name] = typed
        oldest.append(as_of)
        if feature.source is Source.PREDICTION:
            predicted.append(as_of)
    return Facts(values, min(oldest), predicted_at=min(predicted, default=None)) if values else NO_FACTS
