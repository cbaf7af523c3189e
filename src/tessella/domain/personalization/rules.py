"""The rules of a scope, parsed: what they may read is the item, the subject's stored facts, and its vector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tessella.domain.errors import Faults, Invalid, MalformedRule, TessellaError
from tessella.domain.features.schema import Feature, ItemSchema, Source
from tessella.domain.identifiers import FeatureName, Json, Pointer, point
from tessella.domain.personalization.compared import compared, comparison_faults, unkept
from tessella.domain.personalization.scope import Scope
from tessella.domain.personalization.vector import VECTOR_TYPES
from tessella.domain.rules.ast import NEVER, Form, Node
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.reads import features_read, segments_read

_VECTOR: Final = tuple(Feature(FeatureName(name), kind) for name, kind in VECTOR_TYPES.items())


@dataclass(frozen=True, slots=True)
class ScopeRules:
    """A scope with the trees of its rules, in the order in which it has them."""

    scope: Scope
    bases: tuple[Node, ...]
    #: None where a boost compares features, and has no rule.
    boosts: tuple[Node | None, ...]
    tags: tuple[Node, ...]

    def reads(self) -> frozenset[FeatureName]:
        """Every feature that the scope reads, by rules and by comparisons; fields of the vector among them."""
        trees = (*self.bases, *self.boosts, *self.tags)
        read = {name for tree in trees if tree is not None for name in features_read(tree)}
        return frozenset(read.union(*map(compared, self.scope.boosts)))


def scope_schema(declared: Iterable[Feature]) -> ItemSchema:
    """What scopes may name. A field of the vector has its type, whatever a feature of the same name is declared as."""
    return ItemSchema([*declared, *_VECTOR])


def parse_scope(scope: Scope, schema: ItemSchema, at: Pointer = "") -> ScopeRules:
    """The trees of a scope. `schema` is that of `scope_schema`. Raises `Faults` that point at each fault."""
    trees = _Trees(schema)
    bases = [trees.read(each.when, point(at, "bases", index, "when")) for index, each in enumerate(scope.bases)]
    boosts = [
        None if each.when is None else trees.read(each.when, point(at, "boosts", index, "when"))
        for index, each in enumerate(scope.boosts)
    ]
    tags = [trees.read_tag(each.when, point(at, "tags", index, "when")) for index, each in enumerate(scope.tags)]
    for index, each in enumerate(scope.boosts):
        trees.faults.extend(comparison_faults(each, schema, point(at, "boosts", index)))
    if trees.faults:
        raise Faults(trees.faults)
    return ScopeRules(scope, tuple(bases), tuple(boosts), tuple(tags))


@dataclass(frozen=True, slots=True)
class _Trees:
    """Reads rules, and keeps what is wrong with them."""

    schema: ItemSchema
    faults: list[TessellaError] = field(default_factory=list)

    def read(self, when: Json, at: Pointer) -> Node:
        """The tree; one that never holds where it has faults."""
        try:
            node = parse_rule(when, Form.DSL, self.schema, at)
        except Invalid as error:
            self.faults.extend(error.faults())
            return NEVER
        if any(segments_read(node)):
            advice = "Write what the segment asks for into the rule."
            self.faults.append(MalformedRule(at, "A rule of a scope cannot read a segment.", advice))
        self.faults.extend(fault for each in self._read_by(node) for fault in unkept(each, at))
        return node

    def read_tag(self, when: Json, at: Pointer) -> Node:
        """The tree of a rule about the subject alone."""
        node = self.read(when, at)
        for each in self._read_by(node):
            if each.source is Source.ITEM:
                problem = f'A tag without a score is about the subject, and "{each.name}" is read from items.'
                self.faults.append(MalformedRule(at, problem, "Make it a boost that adds 0."))
        return node

    def _read_by(self, node: Node) -> list[Feature]:
        """By name; the subject's own id is no feature."""
        return [self.schema[name] for name in sorted(features_read(node)) if name in self.schema]
