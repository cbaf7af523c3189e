"""Hints about a rule that is valid but may not mean what its author thinks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.gate import normalise
from tessella.domain.features.schema import SUBJECT, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Pointer, point
from tessella.domain.rules.ast import All, AnyOf, Comparison, InSegment, Node, Not, Operator
from tessella.domain.rules.canonical import canonical
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.reads import features_read
from tessella.domain.rules.regions import is_empty
from tessella.domain.rules.sentence import sentence
from tessella.domain.rules.verdict import Verdicts, conjuncts, literals_by_feature

_NOBODY: Final[frozenset[FeatureName]] = frozenset()


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark."""

    #: Where, in the rule as `canonical.to_dsl` writes it.
    pointer: Pointer
    #: always_true, always_false, contradiction, admits_absent, duplicate or no_allowed_value.
    code: str
    text: str


def lint(node: Node, schema: Schema) -> tuple[Hint, ...]:
    """Every hint about the rule, in the order of its parts. What `in_segment` reads is not looked at.

    >>> [hint.code for hint in lint(Not(Exists("user.tier")), Schema())], lint(All(()), Schema())[0].code
    ([], 'always_true')
    """
    found = (*_constants(node), *_contradictions(node), *_duplicates(node), *_admissions(node), *_misses(node, schema))
    return tuple(dict.fromkeys(found))


def nodes_with_pointers(node: Node, at: Pointer = "") -> Iterator[tuple[Node, Pointer]]:
    """Every node with its pointer, parents first."""
    yield node, at
    for child, where in children_of(node, at):
        yield from nodes_with_pointers(child, where)


def children_of(node: Node, at: Pointer) -> list[tuple[Node, Pointer]]:
    """The nodes directly below, each with its pointer."""
    match node:
        case All(children):
            return [(each, point(at, "all", index)) for index, each in enumerate(children)]
        case AnyOf(children):
            return [(each, point(at, "any", index)) for index, each in enumerate(children)]
        case Not(child):
            return [(child, point(at, "not"))]
        case _:
            return []


def _constants(root: Node) -> Iterator[Hint]:
    """The largest parts that are always true or always false."""
    verdicts = Verdicts()
    pending = [(root, "")]
    while pending:
        node, at = pending.pop(0)
        verdict = verdicts.of(node)
        if verdict is None:
            pending.extend(children_of(node, at))
        elif verdict:
            yield Hint(at, "always_true", f"This is true of everyone: {sentence(node)}.")
        else:
            yield Hint(at, "always_false", f"This is true of nobody: {sentence(node)}.")


def _contradictions(root: Node) -> Iterator[Hint]:
    """The features of which an `all` asks what no value can be."""
    for node, at in nodes_with_pointers(root):
        if not isinstance(node, All):
            continue
        for feature, literals in literals_by_feature([*conjuncts(node, required=True)]).items():
            if len(literals) > 1 and is_empty(literals):
                yield Hint(at, "contradiction", f"No value of {feature} satisfies all that is asked of it here.")


def _duplicates(root: Node) -> Iterator[Hint]:
    for node, at in nodes_with_pointers(root):
        if isinstance(node, All | AnyOf):
            seen: set[Node] = set()
            for child, where in children_of(node, at):
                normal = canonical(child)
                if normal in seen:
                    yield Hint(where, "duplicate", f"This repeats what stands before it: {sentence(child)}.")
                seen.add(normal)


def _admissions(root: Node) -> Iterator[Hint]:
    """The predicates whose negation lets in subjects without a value, the first for each feature."""
    told: set[FeatureName] = set()
    for node, at, features in _denied(root, "", present=_NOBODY, required=True):
        for feature in sorted(features - told):
            told.add(feature)
            yield Hint(at, "admits_absent", _admission(node, feature))


def _admission(node: Node, feature: FeatureName) -> str:
    if feature == SUBJECT:
        return f"Requests without a subject are let in where this is false: {sentence(node)}."
    let_in = f"Subjects without a value of {feature} are let in where this is false: {sentence(node)}."
    return f'{let_in} Add {{"exists": ["{feature}"]}} beside it to keep them out.'


def _denied(
    node: Node, at: Pointer, *, present: frozenset[FeatureName], required: bool
) -> Iterator[tuple[Node, Pointer, frozenset[FeatureName]]]:
    """The leaves that have to be false, each with its features that may be absent there."""
    match node:
        case InSegment() | Exists():
            return
        case All() | AnyOf() | Not():
            sure = present | _present(node, required=required)
            turned = required is not isinstance(node, Not)
            for child, where in children_of(node, at):
                yield from _denied(child, where, present=sure, required=turned)
        case _ if not required:
            yield node, at, features_read(node) - present


def _present(node: Node, *, required: bool) -> frozenset[FeatureName]:
    """The features that have a value whenever `node` is as required."""
    parts = conjuncts(node, required=required)
    return frozenset().union(*(features_read(leaf) for leaf, holds in parts if holds and not _is_group(leaf)))


def _is_group(node: Node) -> bool:
    return isinstance(node, All | AnyOf | Not)


def _misses(root: Node, schema: Schema) -> Iterator[Hint]:
    """The predicates that none of a feature's allowed values satisfies."""
    for node, at in nodes_with_pointers(root):
        if isinstance(node, All | AnyOf | Not | InSegment | Comparison) or node.feature not in schema:
            continue
        if _misses_all(node, schema):
            yield Hint(at, "no_allowed_value", f"None of the allowed values of {node.feature} satisfies this.")


def _misses_all(predicate: Operator, schema: Schema) -> bool:
    feature = schema[predicate.feature]
    if not feature.allowed_values or feature.type is FeatureType.TIMESTAMP:
        return False
    allowed = (normalise(each, feature.type) for each in feature.allowed_values)
    return not any(predicate.evaluate(each, 0) for each in allowed if each is not None)
