"""Paths down a tree: conditions that hold together, as masks over columns and as rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.rules.ast import All, AnyOf, Node, Not
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.operators.in_ import In
from tessella.domain.segments.proposing.questions import Is, Mask, Numbers, Question


@dataclass(frozen=True, slots=True)
class Condition:
    """One turn in a tree."""

    #: The number of its question, which is that of its column.
    question: int
    #: As `Question.rounded` gives it.
    threshold: float
    is_above: bool
    #: Whether subjects without a value go this way too.
    takes_absent: bool


Path = tuple[Condition, ...]


def who(condition: Condition, question: Question, column: Numbers) -> Mask:
    """The subjects for whom it holds."""
    absent = np.isnan(column)
    above = question.above(column, condition.threshold)
    side = above if condition.is_above else ~above & ~absent
    return side | absent if condition.takes_absent else side


def members(path: Path, questions: Sequence[Question], columns: Numbers) -> Mask:
    """The subjects at the end of a path; `columns` has a row a subject and a column a question."""
    found = np.ones(len(columns), dtype=np.bool_)
    for each in path:
        found &= who(each, questions[each.question], columns[:, each.question])
    return found


def rule_of(path: Path, questions: Sequence[Question]) -> Node:
    """The rule with the same truth."""
    merged = _merged(path)
    parts = [*_others(merged, questions), *_memberships(merged, questions)]
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _merged(path: Path) -> list[Condition]:
    """The narrower one of two conditions on the same side of a question."""
    kept: dict[tuple[int, bool], Condition] = {}
    for each in path:
        before = kept.get((each.question, each.is_above), each)
        kept[each.question, each.is_above] = _narrower(before, each)
    alike = {each.question: all(other.takes_absent for other in path if other.question == each.question)
             for each in path}  # fmt: skip
    return [replace(each, takes_absent=alike[each.question]) for each in kept.values()]


def _narrower(one: Condition, other: Condition) -> Condition:
    narrowest = max if one.is_above else min
    return narrowest(one, other, key=lambda each: each.threshold)


def _others(path: Iterable[Condition], questions: Sequence[Question]) -> Iterator[Node]:
    for each in path:
        question = questions[each.question]
        if not isinstance(question, Is):
            yield _rule(each, question)


def _rule(condition: Condition, question: Question) -> Node:
    side = question.upper if condition.is_above else question.lower
    rule = side(condition.threshold)
    return AnyOf((rule, Not(Exists(question.feature.name)))) if condition.takes_absent else rule


def _memberships(path: Iterable[Condition], questions: Sequence[Question]) -> Iterator[Node]:
    """What a text is says all about what it is not; several that it is not are one list."""
    asked = [(each, question) for each in path if isinstance(question := questions[each.question], Is)]
    known = {question.feature.name for each, question in asked if each.is_above and not _is_list(question.feature)}
    refused: dict[FeatureName, list[Is]] = {}
    for each, question in asked:
        if each.is_above or _is_list(question.feature):
            yield _rule(each, question)
        elif question.feature.name not in known:
            refused.setdefault(question.feature.name, []).append(question)
    yield from map(_none_of, refused.values())


def _none_of(refused: Sequence[Is]) -> Node:
    first = refused[0]
    if len(refused) == 1:
        return first.lower(first.rounded(0))
    return Not(In.parse(first.feature, [each.value for each in refused], ""))


def _is_list(feature: Feature) -> bool:
    return feature.type is FeatureType.STRING_LIST
