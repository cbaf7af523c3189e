"""JSONLogic read as a typed rule.

A part of a rule is read as what its place asks for: a condition below `and`, `or`, `!`, `!!` and `if`, a value below a
comparison or arithmetic. Constants are folded on the way. Source: requirement E, "Segment rules (JSONLogic)".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from tessella.domain.errors import MalformedRule
from tessella.domain.features.schema import Schema
from tessella.domain.identifiers import FeatureName, Json, Pointer
from tessella.domain.rules.ast import ALWAYS, Node
from tessella.domain.rules.collect import read_each
from tessella.domain.rules.jsonlogic.arithmetic import calculate
from tessella.domain.rules.jsonlogic.calls import Call, call_in, items
from tessella.domain.rules.jsonlogic.comparing import compare, member
from tessella.domain.rules.jsonlogic.folding import all_of, any_of, check_size, negated
from tessella.domain.rules.jsonlogic.presence import missing, missing_some
from tessella.domain.rules.jsonlogic.values import Known, Value, Variable, choose, is_boolean, truth_of, truth_value
from tessella.domain.rules.leaf import Written, feature_named
from tessella.domain.rules.operators.exists import Exists

#: What is written for a rule that has no conditions.
_EMPTY: Final[tuple[Json, ...]] = (None, "", [], {}, {"and": []})


def parse_jsonlogic(expr: Json, schema: Schema, at: Pointer = "") -> Node:
    """The tree of a rule. Raises `RuleInvalid`, or `Faults` with every fault.

    An empty rule is always true: `{}`, `{"and": []}`, null, `[]` and `""`. Inside a rule the last three count as false.
    Where reference JSONLogic takes null for a number or a text, an absent value is false here. Source: requirement E,
    "JSONLogic evaluation".

    >>> parse_jsonlogic({"!=": [{"var": "ctx.region"}, None]}, Schema())
    Exists(feature='ctx.region')
    """
    if expr in _EMPTY:
        return ALWAYS
    node = _Reader(schema).condition(Written(expr, at))
    check_size(node, at)
    return node


@dataclass(frozen=True, slots=True)
class _Reader:
    schema: Schema

    def condition(self, part: Written) -> Node:
        """When the part counts as true."""
        call = call_in(part)
        if call is None or call.op in _VALUES:
            return truth_of(self.value(part))
        return _CONDITIONS.get(call.op, _Reader._comparison)(self, call)

    def value(self, part: Written) -> Value:
        """What the part stands for."""
        call = call_in(part)
        if call is None:
            return Known(self._constant(part), part.at)
        if call.op in _VALUES:
            return self._variable(call) if call.op == "var" else calculate(call.op, self._values(call), call.at)
        if call.op in _LISTINGS:
            problem = f'"{call.op}" is a condition only: its list is not for comparing or computing.'
            raise MalformedRule(call.at, problem, 'Such as {"!": {"missing": [...]}} where nothing may be missing.')
        if call.op in _CHOICES:
            return self._choice(call, self.value)
        return self._deciding(call) if call.op in _CONNECTIVES else self._as_condition(part)

    def _as_condition(self, part: Written) -> Value:
        return truth_value(self.condition(part), part.at)

    def _conditions(self, call: Call) -> tuple[Node, ...]:
        return read_each(call.arguments, self.condition)

    def _values(self, call: Call) -> tuple[Value, ...]:
        return read_each(call.arguments, self.value)

    def _conjunction(self, call: Call) -> Node:
        return all_of(self._conditions(call))

    def _disjunction(self, call: Call) -> Node:
        return any_of(self._conditions(call))

    def _denial(self, call: Call) -> Node:
        return negated(self._disjunction(call))

    def _chosen_condition(self, call: Call) -> Node:
        return truth_of(self._choice(call, self._as_condition))

    def _membership(self, call: Call) -> Node:
        needle, haystack = self._values(call)
        return member(needle, haystack, call, self.schema)

    def _comparison(self, call: Call) -> Node:
        """Each argument beside the next; `!=` and `!==` deny the equality of two."""
        op = {"!=": "==", "!==": "==="}.get(call.op, call.op)
        pairs = pairwise(self._values(call))
        node = all_of(read_each(pairs, lambda pair: compare(op, *pair, call, self.schema)))
        return node if op == call.op else negated(node)

    def _choice(self, call: Call, read: Callable[[Written], Value]) -> Value:
        """`if`: conditions and values in turn, then the value where none holds, null where there is no such value."""
        arguments = call.arguments if len(call.arguments) % 2 else (*call.arguments, Written(None, call.at))
        last = len(arguments) - 1
        is_value = [index % 2 == 1 or index == last for index in range(last + 1)]
        readers = [read if each else self._as_condition for each in is_value]
        values = read_each(zip(readers, arguments, strict=True), lambda each: each[0](each[1]))
        return choose([truth_of(each) for each in values[:last:2]], (*values[1::2], values[last]))

    def _deciding(self, call: Call) -> Value:
        """`and`, `or` as a value: the first argument that decides, else the last."""
        values = self._values(call)
        truths = [truth_of(each) for each in values]
        if all(map(is_boolean, values)):
            return truth_value(all_of(truths) if call.op == "and" else any_of(truths), call.at)
        decides = truths[:-1] if call.op == "or" else [negated(each) for each in truths[:-1]]
        return choose(decides, values)

    def _variable(self, call: Call) -> Value:
        name, *default = call.arguments
        variable = Variable(feature_named(name, self.schema), name.at)
        if not default:
            return variable
        return choose([Exists(variable.feature.name)], [variable, self.value(default[0])])

    def _missing(self, call: Call) -> Node:
        listed = call.arguments[0] if len(call.arguments) == 1 else None
        return missing(self._names(listed) if listed else read_each(call.arguments, self._name))

    def _missing_some(self, call: Call) -> Node:
        needed, listed = call.arguments
        return missing_some(self.value(needed), self._names(listed), call.at)

    def _names(self, listed: Written) -> tuple[FeatureName, ...]:
        return read_each(items(listed) if isinstance(listed.value, list) else (listed,), self._name)

    def _name(self, written: Written) -> FeatureName:
        call_in(written)
        return feature_named(written, self.schema).name

    def _constant(self, part: Written) -> Json:
        if not isinstance(part.value, list):
            return part.value
        values = read_each(items(part), self.value)
        if not all(isinstance(each, Known) for each in values):
            raise MalformedRule(part.at, "A list in a rule holds constants only.")
        return [each.value for each in values if isinstance(each, Known)]


_VALUES: Final = frozenset({"var", "+", "-", "*", "/", "%"})
_CHOICES: Final = frozenset({"if", "?:"})
_CONNECTIVES: Final = frozenset({"and", "or"})
_LISTINGS: Final = frozenset({"missing", "missing_some"})

#: How each operator is read as a condition; comparisons are the rest.
_CONDITIONS: Final[Mapping[str, Callable[[_Reader, Call], Node]]] = {
    "and": _Reader._conjunction,
    "or": _Reader._disjunction,
    "!": _Reader._denial,
    "!!": _Reader._disjunction,
    "if": _Reader._chosen_condition,
    "?:": _Reader._chosen_condition,
    "in": _Reader._membership,
    "missing": _Reader._missing,
    "missing_some": _Reader._missing_some,
}
