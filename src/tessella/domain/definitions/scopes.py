"""What scopes need of what else is defined: features that they may read, and an experiment that says an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.definitions.records import Definitions
from tessella.domain.errors import Faults, TessellaError, UnknownReference, WrongShape
from tessella.domain.identifiers import Pointer, ScopeId, nearest, point
from tessella.domain.personalization.ranking import RANDOM, RULE_V1
from tessella.domain.personalization.rules import ScopeRules, parse_scope, scope_schema
from tessella.domain.personalization.scope import Scope
from tessella.domain.personalization.vector import VECTOR_FIELDS

#: The field of a variant's content that says in which order its subjects see a scope.
ORDER: Final = "order"
ORDERS: Final = (RULE_V1, RANDOM)


def parse_scopes(definitions: Definitions) -> dict[ScopeId, ScopeRules]:
    """The rules of each scope, the inactive ones included.

    Raises `Faults` whose pointers begin with `/scopes/{scope_id}`, in the order of the scopes' names.
    """
    if not definitions.scopes:
        return {}
    schema = scope_schema(definitions.features.values())
    parsed: dict[ScopeId, ScopeRules] = {}
    errors: list[TessellaError] = []
    for scope_id, scope in sorted(definitions.scopes.items()):
        try:
            parsed[scope_id] = parse_scope(scope, schema, point("/scopes", scope_id))
        except Faults as error:
            errors.extend(error.faults())
    if errors:
        raise Faults(errors)
    return parsed


def check_scopes(definitions: Definitions) -> None:
    """Scopes read what they may, and compare orders by an experiment that there is. Raises `Faults`."""
    errors = [
        fault
        for scope_id, scope in sorted(definitions.scopes.items())
        for fault in _experiment_faults(scope, definitions, point("/scopes", scope_id, "experiment_id"))
    ]
    try:
        parse_scopes(definitions)
    except Faults as error:
        errors.extend(error.faults())
    if errors:
        raise Faults(errors)


def scopes_reading(definitions: Definitions, feature: str) -> list[str]:
    """Which scopes read a declared feature. A field of the vector is there without being declared."""
    if feature in VECTOR_FIELDS:
        return []
    return sorted(scope_id for scope_id, rules in parse_scopes(definitions).items() if feature in rules.reads())


def scopes_of_experiment(definitions: Definitions, experiment_id: str) -> list[str]:
    """Which scopes an experiment orders."""
    return sorted(each.scope_id for each in definitions.scopes.values() if each.experiment_id == experiment_id)


def _experiment_faults(scope: Scope, definitions: Definitions, at: Pointer) -> Iterator[TessellaError]:
    if scope.experiment_id is None:
        return
    experiment = definitions.experiments.get(scope.experiment_id)
    if experiment is None:
        near = nearest(scope.experiment_id, definitions.experiments)
        yield UnknownReference(at, "experiment", scope.experiment_id, near, sorted(definitions.experiments))
        return
    for variant in experiment.variants:
        if variant.content.get(ORDER) not in ORDERS:
            problem = f'The variant "{variant.variant_id}" of the experiment "{scope.experiment_id}" says no order: '
            problem += f'content has "{ORDER}", one of {", ".join(ORDERS)}.'
            yield WrongShape(at, problem, f'Such as {{"content": {{"{ORDER}": "{RANDOM}"}}}}.')
