"""The score of an item for a subject, and how far it is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.personalization.candidates import Candidate
from tessella.domain.personalization.rule_v1.certainty import is_certain
from tessella.domain.personalization.rule_v1.compiled import Tests, Values
from tessella.domain.personalization.rule_v1.parts import (
    Asked,
    Bases,
    ByEqual,
    ByRecency,
    ByRelation,
    ByRule,
    Input,
    Part,
)
from tessella.domain.personalization.rules import ScopeRules
from tessella.domain.personalization.scope import Boost
from tessella.domain.personalization.vector import VECTOR_FIELDS
from tessella.domain.rules.compile import Test

#: Sums of shares are rounded, so that equal scores are equal: 0.1 + 0.2 is more than 0.3.
_DIGITS: Final = 6
_VECTOR: Final = frozenset(map(FeatureName, VECTOR_FIELDS))


class Scored(msgspec.Struct, frozen=True):
    """An item with its score."""

    item_id: str
    score: float
    tags: tuple[str, ...]
    #: Shares of the weight of all inputs: known for certain, and told by the vector.
    certain: float
    of_vector: float


class Scorer:
    """Scores items by the rules of a scope: score = min(1, max(0, base + sum of boosts))."""

    def __init__(self, rules: ScopeRules) -> None:
        scope = rules.scope
        asked = [*rules.bases, *(each for each in rules.boosts if each is not None)]
        self._tests = Tests([*asked, *map(is_certain, asked), *rules.tags])
        tests, count, bases = self._tests.tests, len(asked), len(rules.bases)
        self._bases = Bases(scope.base, scope.bases, tests[:bases], tests[count : count + bases])
        by_rule = iter(zip(tests[bases:count], tests[count + bases : 2 * count], strict=True))
        self._boosts = [_boost(each, by_rule) for each in scope.boosts]
        self._tags = [(each.tag, test) for each, test in zip(scope.tags, tests[2 * count :], strict=True)]
        scores = [scope.base, *(each.score for each in scope.bases)]
        self._weights = (max(scores) - min(scores), *(abs(each.add) for each in scope.boosts))
        self._whole = sum(self._weights)

    def score(self, item: Candidate, subject: Values, blank: Values, now: Instant) -> Scored:
        """An item's score for a subject; `blank` are the subject's values without those of the vector."""
        asked = self._asked(item, subject, blank, now)
        parts = [self._bases.of(asked), *(each.of(asked) for each in self._boosts)]
        tags = [each.tag for each in parts] + [tag for tag, test in self._tags if test(asked.slots)]
        return self._scored(item, parts, tuple(dict.fromkeys(filter(None, tags))))

    def base_score(self, item: Candidate, now: Instant) -> Scored:
        """An item's score without anything of the subject: no boost is asked, and none counts as known."""
        part = self._bases.of(self._asked(item, {}, {}, now))
        return self._scored(item, [part, *[Part(0.0, False, False)] * len(self._boosts)], ())

    def recent_until(self, item: Candidate) -> Iterator[int]:
        """The moments after which an item is not recent any more."""
        for each in self._boosts:
            if isinstance(each, ByRecency) and (end := each.ends_after(item.values)) is not None:
                yield end

    def _asked(self, item: Candidate, subject: Values, blank: Values, now: Instant) -> Asked:
        slots, without = self._tests.slots(now, subject, item.values), self._tests.slots(now, blank, item.values)
        return Asked(subject, item.values, now, slots, without)

    def _scored(self, item: Candidate, parts: list[Part], tags: tuple[str, ...]) -> Scored:
        score = round(min(1.0, max(0.0, sum(each.score for each in parts))), _DIGITS)
        if not self._whole:
            return Scored(item.item_id, score, tags, 1.0, 0.0)
        weighed = list(zip(self._weights, parts, strict=True))
        certain = sum(weight for weight, each in weighed if each.certain) / self._whole
        known = sum(weight for weight, each in weighed if each.known) / self._whole
        return Scored(item.item_id, score, tags, certain, known - certain)


def _boost(boost: Boost, by_rule: Iterator[tuple[Test, Test]]) -> Input:
    """The input of a boost; the next two tests are those of its rule, where it has one."""
    if boost.equal is not None:
        return ByEqual(boost.add, boost.tag, boost.equal, _VECTOR)
    if boost.related is not None:
        return ByRelation(boost.add, boost.tag, boost.related, _VECTOR)
    if boost.recent is not None:
        return ByRecency(boost.add, boost.tag, boost.recent)
    return ByRule(boost.add, boost.tag, *next(by_rule))
