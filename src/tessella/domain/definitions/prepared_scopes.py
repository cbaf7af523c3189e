"""Scopes, ready to rank."""

from __future__ import annotations

from tessella.domain.definitions.records import Definitions
from tessella.domain.errors import NoSuch
from tessella.domain.identifiers import ScopeId, nearest, point
from tessella.domain.personalization.rule_v1.prepared import PreparedScope
from tessella.domain.personalization.rules import parse_scope, scope_schema


def prepared_scope(definitions: Definitions, scope_id: ScopeId) -> PreparedScope:
    """One active scope. Raises `NoSuch`, and `Faults` that point below `/scopes/{scope_id}`."""
    scope = definitions.scopes.get(scope_id)
    if scope is None or not scope.active:
        active = sorted(each.scope_id for each in definitions.scopes.values() if each.active)
        raise NoSuch("scope", scope_id, nearest(scope_id, active), active)
    schema = scope_schema(definitions.features.values())
    return PreparedScope(parse_scope(scope, schema, point("/scopes", scope_id)), schema)
