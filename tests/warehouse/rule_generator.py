"""Random rules over the shared raw columns, and random rows for them to be true or false of."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.schema import SUBJECT, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.ast import All, AnyOf, Comparison, Form, InSegment, Node, Not
from tessella.domain.rules.operators import OPERATORS, name_of
from tessella.domain.rules.parse import parse_rule
from tests.warehouse.raw_columns import SHARED, Cell

SCHEMA = Schema(raw.feature for raw in SHARED)
#: 30 days of 24 hours after a stored moment: exactly a cut-off.
NOW_US = 1_785_412_800_000_000

#: Per type, what rules compare with: values that are stored, and their neighbours.
OPERANDS: Mapping[FeatureType, Sequence[Any]] = {
    FeatureType.STRING: [
        "", "a", "B", "b", "Z", "é", "ä", "z\u0301", "日本", "😀", "it's", "a\\b", "%_", "line\nbreak", "c",
    ],
    FeatureType.NUMBER: [
        0, -0.0, 0.1, 0.5, 1, 3, 5, -5, 2**53, 2.0**70, 1.7976931348623157e308, 5e-324, 0.30000000000000004,
    ],
    FeatureType.INTEGER: [0, 1, -1, 5, -5, 2**53, -(2**53), 2**15 - 1],
    FeatureType.BOOLEAN: [True, False],
    FeatureType.TIMESTAMP: [
        "2026-06-30T12:00:00Z", "2026-06-30", "0001-01-01", "9999-12-31T23:59:59.999999Z", "1970-01-01",
        "1969-12-31T23:59:59.999999Z", "2024-02-29T00:00:00.000001+00:00",
    ],
    FeatureType.STRING_LIST: ["a", "b", "é", "", "c,d", '"', "x"],
}  # fmt: skip
#: Values at an end of a type's range, around zero, or of unusual letters.
EDGES: Mapping[FeatureType, frozenset[Any]] = {
    kind: frozenset(normalise(each, kind) for each in values)
    for kind, values in {
        FeatureType.STRING: ["", "é", "ä", "z\u0301", "日本", "😀", "\uffff", " a ", "it's", "a\\b", "line\nbreak"],
        FeatureType.NUMBER: [0, 2**53, -(2**53), 2.0**70, 1.7976931348623157e308, -1.7976931348623157e308, 5e-324],
        FeatureType.INTEGER: [0, 2**53, -(2**53), 2**15 - 1],
        FeatureType.BOOLEAN: [True, False],
        FeatureType.TIMESTAMP: OPERANDS[FeatureType.TIMESTAMP],
        FeatureType.STRING_LIST: [[], ["é", ""], ["a b", "c,d", '"', "\\"]],
    }.items()
}
PATTERNS = ["a.*", "^(a|b)$", r"\bé", "(?i)z", r"\pL+", "[^a]$", r"\w", "a.b|line.break", r"^\s", "[日é]", "x?$"]
DAYS = [0, 1, 29, 30, 31, 36_500]
SHARES = [0, 0.5, 25, 50, 99.99, 100]
#: Each operator with each type that it accepts; `percent` stands on the subject's id.
TYPED_OPERATORS = [(name, kind) for name, operator in OPERATORS.items() for kind in sorted(operator.accepts)]
TYPED_OPERATORS += [("percent", FeatureType.STRING)]


@dataclass(frozen=True)
class Row:
    subject_id: str | None
    cells: tuple[Cell, ...]

    @property
    def values(self) -> dict[str, Value | None]:
        raw = {column.name: normalise(cell.raw, column.type) for column, cell in zip(SHARED, self.cells, strict=True)}
        return raw | {SUBJECT: self.subject_id}


@dataclass(frozen=True)
class Example:
    """Rules, each a segment that later ones may read, and rows."""

    number: int
    segments: dict[str, Node]
    rows: list[Row]


def example(number: int, seed: int, rules: int, rows: int, patterned: bool) -> Example:
    rng = random.Random(f"{seed}/{number}")
    maker = RuleMaker(rng, patterned)
    segments = {f"r{at}": parse_rule(maker.rule(at), Form.DSL, SCHEMA) for at in range(rules)}
    ids = [None, *(f"é-{number}-{at}" for at in range(1, rows))]
    return Example(number, segments, [Row(each, tuple(rng.choice(raw.cells) for raw in SHARED)) for each in ids])


@dataclass
class RuleMaker:
    rng: random.Random
    patterned: bool

    def rule(self, known: int) -> dict[str, Any]:
        """One rule, which may read the segments r0 to r{known - 1}."""
        return self._node(3, known)

    def _node(self, depth: int, known: int) -> dict[str, Any]:
        kind = self.rng.choices(["leaf", "all", "any", "not", "in_segment"], [5, 2, 2, 2, 0.4 if known else 0])[0]
        if kind == "in_segment":
            return {"in_segment": [f"r{self.rng.randrange(known)}"]}
        if kind == "leaf" or depth == 0:
            return self._leaf()
        if kind == "not":
            return {"not": self._node(depth - 1, known)}
        return {kind: [self._node(depth - 1, known) for _ in range(self.rng.choice([0, 1, 2, 2, 3, 3]))]}

    def _leaf(self) -> dict[str, Any]:
        if self.patterned and self.rng.random() < 0.2:
            return {"compare": [self.rng.choice(["<", "<=", ">", ">=", "==", "!="]), self._term(2), self._term(2)]}
        name, kind = self.rng.choice(TYPED_OPERATORS)
        if name == "percent":
            return {"percent": [self.rng.choice(SHARES), self.rng.choice(["launch", "ü:"])]}
        if name == "matches" and not self.patterned:
            return self._leaf()
        feature = self.rng.choice([raw.name for raw in SHARED if raw.type is kind])
        operand = self._operand(name, kind)
        return {name: [feature] if operand is None else [feature, operand]}

    def _operand(self, name: str, kind: FeatureType) -> Any:
        match name:
            case "exists" | "truthy":
                return None
            case "in" | "nin":
                return self.rng.choices(OPERANDS[kind], k=self.rng.randrange(4))
            case "between":
                return self.rng.choices(OPERANDS[kind], k=2)
            case "gte_days_since" | "lte_days_since":
                return self.rng.choice(DAYS)
            case "matches":
                return self.rng.choice(PATTERNS)
        return self.rng.choice(OPERANDS[kind])

    def _term(self, depth: int) -> Any:
        kind = self.rng.choice(["constant", "var", "var", "+", "-", "*", "/", "%"] if depth else ["constant", "var"])
        if kind == "constant":
            return self.rng.choice(OPERANDS[FeatureType.NUMBER])
        if kind == "var":
            return {"var": self.rng.choice(["spend", "share", "points", "price", "visits", "rounded"])}
        return {kind: [self._term(depth - 1) for _ in range(1 if kind == "-" and self.rng.random() < 0.3 else 2)]}


def leaves(node: Node) -> Iterator[tuple[str, FeatureType, str]]:
    """Each predicate of a tree: its operator's name, its feature's type and name."""
    match node:
        case All(children) | AnyOf(children):
            for child in children:
                yield from leaves(child)
        case Not(child):
            yield from leaves(child)
        case InSegment() | Comparison():
            return
        case predicate:
            kind = FeatureType.STRING if predicate.feature == SUBJECT else SCHEMA[predicate.feature].type
            yield name_of(predicate), kind, predicate.feature


def subtrees(node: Node) -> Iterator[Node]:
    """A tree and every tree in it, the smallest last."""
    yield node
    match node:
        case All(children) | AnyOf(children):
            for child in children:
                yield from subtrees(child)
        case Not(child):
            yield from subtrees(child)
