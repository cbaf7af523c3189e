"""Schemas, rules and rows for property tests.

Each strategy draws one seed and fills the rest from `random.Random`, which is some hundred times quicker than drawing
every leaf. A failure is repeated by its seed; it does not shrink below it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from hypothesis import strategies as st

from tessella.domain.errors import WrongOperand
from tessella.domain.features.gate import DAY_US, Value, normalise
from tessella.domain.features.schema import SUBJECT, Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, SegmentId
from tessella.domain.rules.ast import (
    All,
    AnyOf,
    Arithmetic,
    Comparison,
    Constant,
    InSegment,
    Node,
    Not,
    Operator,
    Reading,
    Term,
)
from tessella.domain.rules.leaf import SUBJECT_FEATURE
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.operators.operands import written
from tests.domain.rules import samples

#: A raw value of each type's column: as stored, before the gate.
RawRow = Mapping[FeatureName, Json]
Row = Mapping[FeatureName, Value | None]

SEGMENTS = tuple(SegmentId(name) for name in ("first", "second", "third"))
ALLOWED = ("VIP", "new", "a", "b")


@dataclass(frozen=True)
class World:
    """One schema with rules over it and rows to try them on."""

    schema: Schema
    #: Without the built-in ones.
    features: tuple[Feature, ...]
    #: A later segment may read an earlier one.
    segments: Mapping[SegmentId, Node]
    rules: tuple[Node, ...]
    raw_rows: tuple[RawRow, ...]
    now_us: int

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows as the engines see them."""
        return tuple(normalised(self.schema, row) for row in self.raw_rows)


def normalised(schema: Schema, row: RawRow) -> Row:
    """The row after the gate. The subject's id is text."""
    types = {name: feature.type for name, feature in schema.items()} | {SUBJECT: FeatureType.STRING}
    return {name: normalise(value, types[name]) for name, value in row.items()}


@st.composite
def worlds(
    draw: st.DrawFn, *, rules: int = 1, rows: int = 20, features: int = 8, depth: int = 4, comparisons: float = 0.05
) -> World:
    """A world; `comparisons` is the share of leaves that are arithmetic (not every SQL engine takes them)."""
    return random_world(
        Random(draw(st.integers(0, 2**64 - 1))),
        rules=rules, rows=rows, features=features, depth=depth, comparisons=comparisons,
    )  # fmt: skip


def random_world(
    rng: Random, *, rules: int, rows: int, features: int = 8, depth: int = 4, comparisons: float = 0.05
) -> World:
    """As `worlds`, from a seeded generator."""
    declared = random_features(rng, features)
    grower = Grower(rng, declared, comparisons)
    segments: dict[SegmentId, Node] = {}
    for segment_id in SEGMENTS:
        segments[segment_id] = AnyOf((grower.node(2, tuple(segments)),))
    grown = tuple(grower.node(rng.randint(1, depth), SEGMENTS) for _ in range(rules))
    raw = tuple(random_row(rng, declared) for _ in range(rows))
    return World(Schema(declared), declared, segments, grown, raw, samples.NOW)


def random_features(rng: Random, count: int) -> tuple[Feature, ...]:
    """Features of all types in turn, from a random one on; some text has allowed values."""
    kinds, start = list(FeatureType), rng.randrange(len(FeatureType))
    chosen = [kinds[(start + index) % len(kinds)] for index in range(count)]
    return tuple(
        Feature(FeatureName(f"user.{kind}_{index}"), kind, allowed_values=_allowed(rng, kind))
        for index, kind in enumerate(chosen)
    )


def _allowed(rng: Random, kind: FeatureType) -> tuple[str, ...]:
    return ALLOWED if kind is FeatureType.STRING and rng.random() < 0.2 else ()


def random_row(rng: Random, features: Sequence[Feature]) -> RawRow:
    """One subject as stored: a fifth of the values absent, some outside of what the gate admits."""
    row = {each.name: random_raw(rng, each.type) for each in features if rng.random() > 0.1}
    return row if rng.random() < 0.1 else {**row, SUBJECT: f"household-{rng.randrange(1000)}"}


def random_raw(rng: Random, kind: FeatureType) -> Json:
    """A value as a column of this type may hold it; None among them."""
    if rng.random() < 0.1:
        return None
    if rng.random() < 0.1:
        return rng.choice(_OUTSIDE.get(kind, (None,)))
    return random_value(rng, kind)


_OUTSIDE: Mapping[FeatureType, tuple[Json, ...]] = {
    FeatureType.NUMBER: (float("nan"), float("inf"), float("-inf")),
    FeatureType.INTEGER: (2**53 + 1, -(2**53) - 1, 2**62),
}


def random_value(rng: Random, kind: FeatureType) -> Value:
    """A normalised value, most often one at an edge."""
    if kind is FeatureType.BOOLEAN or rng.random() < 0.7:
        return rng.choice(samples.EDGES[kind])
    match kind:
        case FeatureType.STRING:
            return "".join(rng.choices("abVIP é.\U0001f600", k=rng.randint(0, 4)))
        case FeatureType.NUMBER:
            return rng.choice((rng.uniform(-5, 5), float(rng.randint(-3, 3)), rng.uniform(-1e300, 1e300)))
        case FeatureType.INTEGER:
            return rng.choice((rng.randint(-3, 6), rng.randint(-(2**53), 2**53)))
        case FeatureType.TIMESTAMP:
            return samples.NOW - rng.randint(-3, 60) * DAY_US + rng.randint(-1, 1)
        case _:
            return tuple(rng.choices(("a", "b", "VIP", "", "é"), k=rng.randint(0, 3)))


@dataclass(frozen=True)
class Grower:
    """Grows random trees over some features."""

    rng: Random
    features: tuple[Feature, ...]
    comparisons: float

    def node(self, depth: int, segments: Sequence[SegmentId]) -> Node:
        """A tree of at most this depth, which may read these segments."""
        kind = self.rng.random()
        if depth == 0 or kind < 0.35:
            return self.leaf(segments)
        if kind < 0.5:
            return Not(self.node(depth - 1, segments))
        children = tuple(self.node(depth - 1, segments) for _ in range(self._width()))
        return All(children) if kind < 0.75 else AnyOf(children)

    def _width(self) -> int:
        return self.rng.choice((0, 1, 2, 2, 2, 3, 3, 4))

    def leaf(self, segments: Sequence[SegmentId]) -> Node:
        kind = self.rng.random()
        if segments and kind < 0.05:
            return InSegment(self.rng.choice(segments))
        numeric = [each for each in self.features if each.type in (FeatureType.NUMBER, FeatureType.INTEGER)]
        if numeric and kind > 1 - self.comparisons:
            op = self.rng.choice((">", ">=", "<", "<=", "==", "!="))
            return Comparison(op, self.term(numeric, 2), self.term(numeric, 1))
        return self.predicate()

    def predicate(self) -> Operator:
        """An operator on a feature that it accepts, with an example operand or one like it."""
        feature = self.rng.choice((*self.features, SUBJECT_FEATURE) if self.rng.random() < 0.1 else self.features)
        name = self.rng.choice(_operators_on(tuple(OPERATORS), None if feature is SUBJECT_FEATURE else feature.type))
        parse, examples = OPERATORS[name].parse, _examples(OPERATORS[name], name, feature.type)
        for _ in range(5):
            example = self.rng.choice(examples)
            try:
                return parse(feature, self._varied(example, feature.type), "")
            except WrongOperand:
                continue
        return OPERATORS["exists"].parse(feature, None, "")

    def _varied(self, example: Json, kind: FeatureType) -> Json:
        if self.rng.random() < 0.5:
            return example
        if isinstance(example, list):
            return [self._varied(each, kind) for each in example]
        if kind is FeatureType.TIMESTAMP and isinstance(example, int):
            return self.rng.randint(0, 60)
        if example is None or kind is FeatureType.STRING_LIST:
            return example
        return written(random_value(self.rng, kind), kind)

    def term(self, numeric: Sequence[Feature], depth: int) -> Term:
        """Arithmetic over constants and numeric features."""
        if depth == 0 or self.rng.random() < 0.4:
            value = random_value(self.rng, FeatureType.NUMBER)
            constant = Constant(float(value))  # type: ignore[arg-type]  # a number
            return self.rng.choice((Reading(self.rng.choice(numeric).name), constant))
        op, count = self.rng.choice((("+", 2), ("+", 3), ("*", 2), ("-", 2), ("-", 1), ("/", 2), ("%", 2)))
        return Arithmetic(op, tuple(self.term(numeric, depth - 1) for _ in range(count)))


@lru_cache(maxsize=64)
def _operators_on(names: tuple[str, ...], kind: FeatureType | None) -> tuple[str, ...]:
    """The operators that stand on the type, or on the subject's id for None."""
    return tuple(n for n in names if (kind in OPERATORS[n].accepts if kind else not OPERATORS[n].accepts))


@lru_cache(maxsize=256)
def _examples(_operator: type[Operator], name: str, kind: FeatureType) -> tuple[Json, ...]:
    return tuple(samples.operands(name, kind))
