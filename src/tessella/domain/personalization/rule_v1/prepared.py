"""A scope as rankings read it: compiled once, and told apart by all that its order hangs on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Final

import msgspec

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import SUBJECT, Feature, Source
from tessella.domain.hashing import digest
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.personalization.rule_v1.certainty import settles_for
from tessella.domain.personalization.rule_v1.compiled import Tests, Values
from tessella.domain.personalization.rule_v1.scoring import Scorer
from tessella.domain.personalization.rules import ScopeRules
from tessella.domain.personalization.vector import VECTOR_FIELDS, FeatureVector
from tessella.domain.rules.reads import clock_reads, features_read, leaves

_VECTOR: Final = frozenset(map(FeatureName, VECTOR_FIELDS))


class PreparedScope:
    """The rules of a scope, compiled, with the features that they read."""

    __slots__ = (
        "_leaves", "_present", "_raw", "digest", "facts", "item_features", "moves", "of_vector", "scope", "scorer",
    )  # fmt: skip

    def __init__(self, rules: ScopeRules, schema: Mapping[FeatureName, Feature]) -> None:
        """`schema` is the one that the rules were parsed by."""
        self.scope, self.scorer = rules.scope, Scorer(rules)
        read = sorted(rules.reads())
        of_items = frozenset(each for each in read if each in schema and schema[each].source is Source.ITEM)
        self.item_features = tuple(schema[each] for each in read if each in of_items)
        #: The fields of the vector, and the stored facts, that it reads.
        self.of_vector = tuple(each for each in read if each in _VECTOR)
        self.facts = tuple(each for each in read if each not in of_items | _VECTOR | {SUBJECT})
        types = {each: str(schema[each].type) for each in read if each in schema}
        #: Of the scope as it is declared: another one, and rankings differ.
        self.digest = digest([msgspec.to_builtins(rules.scope), types])
        nodes = [each for each in (*rules.bases, *rules.boosts, *rules.tags) if each is not None]
        found = list(dict.fromkeys(leaf for node in nodes for leaf in leaves(node)))
        self._leaves = Tests([leaf for leaf in found if settles_for(leaf, of_items)])
        mixed = {name for leaf in found if not settles_for(leaf, of_items) for name in features_read(leaf)}
        pairs = (each.equal or each.related for each in rules.scope.boosts)
        self._raw = tuple(sorted((mixed | {each.subject for each in pairs if each is not None}) - of_items))
        self._present = (*self.of_vector, *self.facts)
        #: Whether what a rule says of an item may change with the time alone.
        self.moves = any(leaf.feature in of_items for node in nodes for leaf in clock_reads(node))

    def subject(
        self, subject_id: SubjectId, facts: Mapping[FeatureName, Value], vector: FeatureVector | None
    ) -> dict[FeatureName, Value]:
        """The values of a subject that the rules read."""
        values = {name: value for name in self.facts if (value := facts.get(name)) is not None}
        if vector is not None:
            told = ((name, getattr(vector, name)) for name in self.of_vector)
            values |= {name: value for name, value in told if value is not None}
        values[SUBJECT] = subject_id
        return values

    def signature(self, subject: Values, now: Instant) -> Hashable:
        """All of a subject that the order hangs on: those of equal signatures have equal orders."""
        slots = self._leaves.slots(now, subject, {})
        truths = tuple(bool(test(slots)) for test in self._leaves.tests)
        return truths, tuple(each in subject for each in self._present), tuple(map(subject.get, self._raw))


def without_vector(subject: Values) -> dict[FeatureName, Value]:
    """A subject's values but those of the vector."""
    return {name: value for name, value in subject.items() if name not in _VECTOR}
