"""The items of a scope, as they are read for rankings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.item_features import property_of
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import FeatureName, Namespace, ScopeId
from tessella.domain.personalization.candidates import SCOPES_PROPERTY, Candidate, Candidates, candidates_of
from tessella.storage.connections.connecting import Connection
from tessella.storage.times import micros

#: The columns that built-in features of items read.
_COLUMNS: Final = ("item_id", "name", "brand", "category", "price", "tags", "regions")
_BUILT_IN: Final = {("item.id" if each == "item_id" else f"item.{each}"): each for each in _COLUMNS}
#: There is an index of the items that carry any scope.
_CARRYING: Final = f"""
SELECT {", ".join(_COLUMNS)}, {micros("available_from")}, {micros("available_until")}, properties
  FROM tessella.items
 WHERE namespace = %(namespace)s AND properties ? '{SCOPES_PROPERTY}' AND available AND NOT deleted
   AND properties -> '{SCOPES_PROPERTY}' @> to_jsonb(%(scope)s::text)
 ORDER BY item_id
"""


async def carrying(
    connection: Connection, namespace: Namespace, scope: ScopeId, features: Sequence[Feature]
) -> Candidates:
    """The items that carry a scope, with the values of some features."""
    found = await connection.execute(_CARRYING, {"namespace": namespace, "scope": scope})
    return candidates_of([_candidate(row, features) for row in await found.fetchall()])


def _candidate(row: Sequence[Any], features: Sequence[Feature]) -> Candidate:
    *columns, begins, ends, properties = row
    said = dict(zip(_COLUMNS, columns, strict=True))
    values: dict[FeatureName, Value] = {}
    for each in features:
        column = _BUILT_IN.get(each.name)
        written = properties.get(property_of(each.name)) if column is None else said[column]
        if (value := normalise(written, each.type)) is not None and value != ():
            values[each.name] = value
    return Candidate(said["item_id"], values, begins, ends)
