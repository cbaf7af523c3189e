"""What goes into an item's score: the bases, and each boost. Each says what it adds, and how it is known."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from tessella.domain.features.gate import HOUR_US, Value
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.personalization.rule_v1.compiled import Values
from tessella.domain.personalization.scope import Base, Equal, Recent, Related
from tessella.domain.rules.compile import Slots, Test


class Asked(NamedTuple):
    """One item, for one subject, at one moment."""

    subject: Values
    item: Values
    now: Instant
    #: What the tests take; and the same as if the subject had no vector.
    slots: Slots
    blank: Slots


class Part(NamedTuple):
    """What one input says of an item."""

    score: float
    #: Whether it is known at all, and whether it would be without the vector.
    known: bool
    certain: bool
    #: Empty: none.
    tag: str = ""


class Input(Protocol):
    """An input of a score."""

    def of(self, asked: Asked) -> Part:
        """What it says of an item."""
        ...


class Bases:
    """The first base whose rule holds."""

    def __init__(
        self, base: float, bases: tuple[Base, ...], tests: tuple[Test, ...], certain: tuple[Test, ...]
    ) -> None:
        self._base = base
        self._tried = tuple(zip(bases, tests, certain, strict=True))

    def of(self, asked: Asked) -> Part:
        """The score to begin with. A rule that cannot be told counts as one that does not hold."""
        known = certain = True
        for base, test, is_certain in self._tried:
            known, certain = known and is_certain(asked.slots), certain and is_certain(asked.blank)
            if test(asked.slots):
                return Part(base.score, known, certain, base.tag)
        return Part(self._base, known, certain)


class ByRule:
    """Adds where a rule holds."""

    def __init__(self, add: float, tag: str, test: Test, is_certain: Test) -> None:
        self._add, self._tag = add, tag
        self._test, self._is_certain = test, is_certain

    def of(self, asked: Asked) -> Part:
        """What is added to an item's score."""
        known, certain = self._is_certain(asked.slots), self._is_certain(asked.blank)
        return Part(self._add, known, certain, self._tag) if self._test(asked.slots) else Part(0.0, known, certain)


class ByEqual:
    """Adds where two values are equal."""

    def __init__(self, add: float, tag: str, equal: Equal, vector: frozenset[FeatureName]) -> None:
        self._add, self._tag, self._equal = add, tag, equal
        self._is_of_vector = equal.subject in vector

    def of(self, asked: Asked) -> Part:
        """What is added to an item's score."""
        mine, its = asked.subject.get(self._equal.subject), asked.item.get(self._equal.item)
        if mine is None or its is None:
            return Part(0.0, False, False)
        certain = not self._is_of_vector
        return Part(self._add, True, certain, self._tag) if mine == its else Part(0.0, True, certain)


class ByRelation:
    """Adds as much as a table says of two values."""

    def __init__(self, add: float, tag: str, related: Related, vector: frozenset[FeatureName]) -> None:
        self._add, self._tag, self._related = add, tag, related
        self._is_of_vector = related.subject in vector

    def of(self, asked: Asked) -> Part:
        """What is added to an item's score."""
        mine, its = asked.subject.get(self._related.subject), asked.item.get(self._related.item)
        if mine is None or its is None:
            return Part(0.0, False, False)
        share = self._share(mine, its)
        return Part(self._add * share, True, not self._is_of_vector, self._tag if share else "")

    def _share(self, mine: Value, its: Value) -> float:
        return self._related.table.get(str(mine), {}).get(str(its), 0.0)


class ByRecency:
    """Adds where a moment of the item lies at most so far back; one that is yet to come lies less far back."""

    def __init__(self, add: float, tag: str, recent: Recent) -> None:
        self._add, self._tag, self._item = add, tag, recent.item
        self._span_us = round(recent.hours * HOUR_US)

    def of(self, asked: Asked) -> Part:
        """What is added to an item's score."""
        if (moment := asked.item.get(self._item)) is None:
            return Part(0.0, False, False)
        is_recent = asked.now <= int(moment) + self._span_us  # type: ignore[arg-type]  # a timestamp is an int
        return Part(self._add, True, True, self._tag) if is_recent else Part(0.0, True, True)

    def ends_after(self, item: Values) -> int | None:
        """The last moment at which an item is recent; None: it never is."""
        moment = item.get(self._item)
        return None if moment is None else int(moment) + self._span_us  # type: ignore[arg-type]  # likewise
