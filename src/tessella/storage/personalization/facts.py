"""A few facts of many subjects, for rankings that are made ahead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from tessella.domain.features.schema import Schema
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import FeatureName, Namespace, SubjectId
from tessella.storage.connections.connecting import Connection
from tessella.storage.facts import read_facts
from tessella.storage.sharing import is_personalized_by_row
from tessella.storage.times import micros

#: Each subject's facts are looked up by themselves. There are no statistics of ids, which are personal: a join of all
#: of them would read the namespace.
_THESE: Final = f"""
SELECT asked.subject_id, (
       SELECT json_object_agg(feature, json_build_array(value, {micros("as_of")}))::text
         FROM tessella.subject_facts AS fact
        WHERE fact.namespace = %(namespace)s AND fact.subject_id = asked.subject_id
          AND feature = ANY(%(features)s) AND value <> 'null')
  FROM unnest(%(user_ids)s::text[]) AS asked (subject_id)
 WHERE {is_personalized_by_row("%(namespace)s", "asked.subject_id")}
"""


async def these(
    connection: Connection,
    namespace: Namespace,
    schema: Schema,
    user_ids: Sequence[SubjectId],
    features: Collection[FeatureName],
) -> dict[SubjectId, Facts]:
    """Facts past the gate; of who has opted out nothing."""
    asked = {"namespace": namespace, "user_ids": list(user_ids), "features": list(features)}
    found = await connection.execute(_THESE, asked)
    return {subject_id: read_facts(schema, written) for subject_id, written in await found.fetchall()}
