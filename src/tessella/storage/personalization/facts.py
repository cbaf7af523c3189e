"""A few facts of many subjects, for rankings that are made ahead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from tessella.domain.features.schema import Schema
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import FeatureName, Namespace, SubjectId
from tessella.storage.connections.connecting import Connection
from tessella.storage.facts import read_facts
from tessella.storage.times import micros

_THESE: Final = f"""
SELECT subject_id, json_object_agg(feature, json_build_array(value, {micros("as_of")}))::text
  FROM tessella.subject_facts AS fact
 WHERE namespace = %(namespace)s AND subject_id = ANY(%(user_ids)s) AND feature = ANY(%(features)s) AND value <> 'null'
   AND NOT EXISTS (SELECT FROM tessella.personalization_settings AS settings
                    WHERE settings.namespace = fact.namespace AND settings.subject_id = fact.subject_id
                      AND NOT settings.personalization_enabled)
 GROUP BY subject_id
"""


async def these(
    connection: Connection,
    namespace: Namespace,
    schema: Schema,
    user_ids: Sequence[SubjectId],
    features: Collection[FeatureName],
) -> dict[SubjectId, Facts]:
    """Facts past the gate; of who has opted out, and who has none, nothing."""
    asked = {"namespace": namespace, "user_ids": list(user_ids), "features": list(features)}
    found = await connection.execute(_THESE, asked)
    return {subject_id: read_facts(schema, written) for subject_id, written in await found.fetchall()}
