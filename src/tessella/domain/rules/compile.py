"""Generated Python: a rule's tree as one expression over loaded values, for the hot path.

A compiled test takes one list, the *slots* of a request: the time, the tests of the segments that rules read, then
one slot for each feature's value (None when absent) and for each result that is kept for the rest of the request.
The code does not know which slot is whose: `CompiledRule.bind` is told, so one compilation serves every snapshot.

No text of a definition becomes code. Features and segments become slots; an operator writes a literal as the `repr` of
a number or a text, or binds an object; built-in names are out of reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tessella.domain.identifiers import FeatureName
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
from tessella.domain.rules.terms import COMPARE, arithmetic

NOW_SLOT: Final = 0
SEGMENTS_SLOT: Final = 1
FIRST_FREE_SLOT: Final = 2

Slots = list[Any]
Test = Callable[[Slots], bool]
#: What is evaluated at most once a request: a segment that is read, or a costly predicate.
Kept = InSegment | Operator
SlotOf = Mapping[FeatureName | Kept, int]


@dataclass(slots=True)
class PythonContext:
    """What an operator may use to write itself as Python."""

    #: The name of the time, in microseconds UTC.
    now: str = "now"
    #: The objects that the written code names.
    names: dict[str, Any] = field(default_factory=dict)

    def constant(self, value: object) -> str:
        """A name that stands for `value` in the code, such as a compiled pattern."""
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRule:
    """A rule's code, not yet told which slots to read."""

    features: tuple[FeatureName, ...]
    kept: tuple[Kept, ...]
    factory: Callable[..., Test]

    def bind(self, slots: SlotOf) -> Test:
        """The test that finds each value, and keeps each result, in its slot."""
        return self.factory(*(slots[key] for key in (*self.features, *self.kept)))


def compile_rules(nodes: Sequence[Node]) -> list[CompiledRule]:
    """Compile rules as one piece of code. No other thread runs meanwhile: about 0.1 ms a rule."""
    ctx = PythonContext(now=f"v[{NOW_SLOT}]", names={"__builtins__": {}, "keep": _keep, "arithmetic": arithmetic})
    writers = [_Writer(ctx) for _ in nodes]
    factories = (writer.factory(f"rule_{i}", node) for i, (writer, node) in enumerate(zip(writers, nodes, strict=True)))
    exec(compile("".join(factories), "<rules>", "exec"), ctx.names)
    return [
        CompiledRule(tuple(writer.features), tuple(writer.kept), ctx.names[f"rule_{i}"])
        for i, writer in enumerate(writers)
    ]


def _keep(slots: Slots, slot: int, result: object) -> bool:
    slots[slot] = truth = bool(result)
    return truth


def is_costly(operator: Operator) -> bool:
    """Whether a result is worth keeping: a pattern or a hash takes 0.5 to 4 us, a comparison 0.02, as does keeping."""
    return getattr(operator, "costly", False)


class _Writer:
    """Writes one rule, and collects what its code reads and keeps, each with its local name."""

    def __init__(self, ctx: PythonContext) -> None:
        self._ctx = ctx
        self.features: dict[FeatureName, str] = {}
        self.kept: dict[Kept, str] = {}

    def factory(self, name: str, node: Node) -> str:
        """A function that is given the slots and returns the test."""
        body = self._expression(node)
        parameters = ", ".join((*self.features.values(), *self.kept.values()))
        return f"def {name}({parameters}):\n    def test(v):\n        return {body}\n    return test\n"

    def _expression(self, node: Node) -> str:
        match node:
            case All(children):
                text = self._joined(children, " and ", "True")
            case AnyOf(children):
                text = self._joined(children, " or ", "False")
            case Not(child):
                text = f"(not {self._expression(child)})"
            case InSegment():
                text = _once(self._slot(node), f"v[{SEGMENTS_SLOT}][{self._slot(node)}](v)")
            case Comparison():
                text = self._comparison(node)
            case operator if is_costly(operator):
                text = _once(self._slot(operator), self._leaf(operator))
            case operator:
                text = self._leaf(operator)
        return text

    def _joined(self, children: Iterable[Node], by: str, empty: str) -> str:
        """The children, cheap ones first: they are total, so their order is free."""
        parts = [self._expression(child) for child in sorted(children, key=_cost)]
        return f"({by.join(parts)})" if parts else empty

    def _leaf(self, operator: Operator) -> str:
        """The predicate, false over an absent value."""
        return f"((x := {self._value(operator.feature)}) is not None and ({operator.python('x', self._ctx)}))"

    def _value(self, feature: FeatureName) -> str:
        return f"v[{self.features.setdefault(feature, f'f{len(self.features)}')}]"

    def _slot(self, key: Kept) -> str:
        return self.kept.setdefault(key, f"k{len(self.kept)}")

    def _comparison(self, node: Comparison) -> str:
        """A comparison whose sides are both there."""
        if node.op not in COMPARE:
            raise ValueError(node.op)
        left, right = self._term(node.left), self._term(node.right)
        return f"((a := {left}) is not None and (b := {right}) is not None and a {node.op} b)"

    def _term(self, term: Term) -> str:
        match term:
            case Constant(value):
                return repr(value)
            case Reading(feature):
                return f"(None if (x := {self._value(feature)}) is None else x * 1.0)"
            case Arithmetic(op, operands):
                return f"arithmetic({op!r}, [{', '.join(map(self._term, operands))}])"


def _once(slot: str, text: str) -> str:
    """The result that the slot keeps; when it keeps none, that of `text`, which it keeps from then on."""
    return f"(y if (y := v[{slot}]) is not None else keep(v, {slot}, {text}))"


def _cost(node: Node) -> int:
    """Roughly how long a node takes, in comparisons."""
    match node:
        case All(children) | AnyOf(children):
            return 3 + sum(map(_cost, children))
        case Not(child):
            return _cost(child)
        case Comparison():
            return 10
        case InSegment():
            return 10_000
        case operator:
            return 50 if is_costly(operator) else 1
