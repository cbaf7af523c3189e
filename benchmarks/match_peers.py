"""The peers of the `match` benchmark, each given the same rules in the best way that its documentation shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.match_workload import NOW_US, Context
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import DEFAULT_SEGMENT, Json, SegmentId

Rules = Sequence[tuple[SegmentId, Json]]

#: A prepared context to the id of the first segment that it matches.
Choose = Callable[[Any], str]

_COMPARISONS: Final = {"eq": "==", "gte": ">=", "lt": "<", "gte_days_since": "<=", "lte_days_since": ">="}


@dataclass(frozen=True, slots=True)
class Peer:
    """One way to use one engine."""

    name: str
    choose: Choose
    #: Makes its input from a context before the clock starts, parsing included.
    prepare: Callable[[Context], Any]


def datalogic(rules: Rules) -> list[Peer]:
    """One compiled `if` of all rules in a session, for each form of data; a handle is parsed outside the timing."""
    from datalogic_py import DataHandle, Engine

    engine = Engine()
    session, rule = engine.session(), engine.compile(_json_logic_chain(rules))
    name = "datalogic-py"
    return [
        Peer(f"{name} (dict)", lambda data: session.evaluate(rule, data), _flat),
        Peer(f"{name} (text)", lambda data: json.loads(session.evaluate_str(rule, data)), _text),
        Peer(f"{name} (handle)", lambda data: session.evaluate_data(rule, data), lambda each: DataHandle(_text(each))),
    ]


def zen(rules: Rules) -> list[Peer]:
    """A decision table whose first hit wins: the form that its documentation gives for this."""
    from zen import ZenEngine

    table = ZenEngine().create_decision(json.dumps(_decision_table(rules)))
    name = "zen-engine"
    return [
        Peer(f"{name} (table, dict)", lambda data: table.evaluate(data)["result"]["segment"], _flat),
        Peer(f"{name} (table, text)", lambda data: table.evaluate(data)["result"]["segment"], _text),
    ]


def zen_conditional(rules: Rules) -> list[Peer]:
    """All rules as one conditional expression, nested as deep as there are rules. Quick, and in no documentation."""
    from zen import compile_expression

    expression = json.dumps(DEFAULT_SEGMENT)
    for segment_id, expr in reversed(rules):
        expression = f"{_zen(expr)} ? {json.dumps(segment_id)} : ({expression})"
    return [Peer("zen-engine (nested conditional)", compile_expression(expression).evaluate, _text)]


def qubit(rules: Rules) -> list[Peer]:
    """One `if` of all rules; it has nothing to compile."""
    from json_logic import jsonLogic

    rule = _json_logic_chain(rules)
    return [Peer("json-logic-qubit", lambda data: jsonLogic(rule, data), _flat)]


def _flat(context: Context) -> dict[str, Any]:
    """Undotted names: the quickest to look up everywhere."""
    return {_name(feature): value for feature, value in context.items()}


def _text(context: Context) -> str:
    return json.dumps(_flat(context))


def _name(feature: str) -> str:
    return feature.replace(".", "_")


def _operand(op: str, operand: Json) -> Json:
    """The operand; a span of days becomes its cut-off, computed beforehand."""
    return NOW_US - operand * DAY_US if op.endswith("_days_since") else operand


def _json_logic_chain(rules: Rules) -> Json:
    pairs = [part for segment_id, expr in rules for part in (_json_logic(expr), segment_id)]
    return {"if": [*pairs, DEFAULT_SEGMENT]}


def _json_logic(expr: Json) -> Json:
    [(op, operand)] = expr.items()
    match op:
        case "all" | "any":
            return {"and" if op == "all" else "or": [_json_logic(each) for each in operand]}
        case "not":
            return {"!": [_json_logic(operand)]}
        case _:
            symbol = "in" if op == "in" else _COMPARISONS[op]
            return {symbol: [{"var": _name(operand[0])}, _operand(op, operand[1])]}


def _zen(expr: Json) -> str:
    [(op, operand)] = expr.items()
    match op:
        case "all" | "any":
            return "(" + (" and " if op == "all" else " or ").join(_zen(each) for each in operand) + ")"
        case "not":
            return f"not({_zen(operand)})"
        case _:
            symbol = "in" if op == "in" else _COMPARISONS[op]
            return f"{_name(operand[0])} {symbol} {json.dumps(_operand(op, operand[1]))}"


def _decision_table(rules: Rules) -> Json:
    rows = [{"_id": segment_id, "if": _zen(expr), "then": json.dumps(segment_id)} for segment_id, expr in rules]
    rows.append({"_id": "default", "if": "", "then": json.dumps(DEFAULT_SEGMENT)})
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "if", "name": "Condition"}],
        "outputs": [{"id": "then", "name": "Segment", "field": "segment"}],
        "rules": rows,
    }
    at = {"x": 0, "y": 0}
    nodes = [
        {"id": "request", "name": "request", "type": "inputNode", "position": at},
        {"id": "table", "name": "table", "type": "decisionTableNode", "position": at, "content": content},
        {"id": "response", "name": "response", "type": "outputNode", "position": at},
    ]
    edges = [
        {"id": "in", "type": "edge", "sourceId": "request", "targetId": "table"},
        {"id": "out", "type": "edge", "sourceId": "table", "targetId": "response"},
    ]
    return {"nodes": nodes, "edges": edges}
