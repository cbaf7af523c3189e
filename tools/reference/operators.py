"""The page about operators. Each operator's row of facts comes from the example in its docstring."""

import ast
import json
import sys
from doctest import DocTestParser
from inspect import cleandoc, getdoc
from typing import get_args

from tessella.domain.errors import NotSqlCapable
from tessella.domain.rules.ast import MAX_DEPTH, MAX_LIST, MAX_NODES, MAX_TEXT, All, AnyOf, InSegment, Not, Operator
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.operators import OPERATORS
from tessella.domain.rules.sentence import sentence
from tessella.domain.rules.sql import Engine, SqlContext
from tessella.domain.rules.sql.nodes import column
from tools.reference.markdown import code, codes, document, prose, table

INTRODUCTION = """\
A predicate is written `{"operator": ["feature", operand]}`. It is false where the feature has no value; see
[what a rule means](../explanation/rules.md)."""

CONNECTIVES = (
    ('{"all": [rule, ...]}', All),
    ('{"any": [rule, ...]}', AnyOf),
    ('{"not": rule}', Not),
    ('{"in_segment": "segment_id"}', InSegment),
)
LIMITS = (
    ("Depth of a rule", MAX_DEPTH),
    ("Nodes of a rule", MAX_NODES),
    ("Values of one list", MAX_LIST),
    ("Characters of one text", MAX_TEXT),
)


def page() -> str:
    return document(
        "Operators",
        INTRODUCTION,
        "## Connectives",
        table(["form", "meaning"], ([code(form), prose(kind)] for form, kind in CONNECTIVES)),
        "## Limits",
        table(["what", "at most"], ([what, f"{limit:,}"] for what, limit in LIMITS)),
        *(_section(name, kind) for name, kind in OPERATORS.items()),
    )


def _section(name: str, kind: type[Operator]) -> str:
    example = example_of(kind)
    rows = [
        ["DSL", code(json.dumps(to_dsl(example)))],
        ["Sentence", sentence(example)],
        ["Types", codes(sorted(kind.accepts)) or "none: it stands on the subject's id"],
        *([f"SQL on {engine}", _sql(example, engine)] for engine in get_args(Engine)),
    ]
    return f"## {name}\n\n{prose(kind)}\n\n{table(['', 'example'], rows)}"


def example_of(kind: type[Operator]) -> Operator:
    """The operator that the first example of the docstring makes. Raises StopIteration when it makes none."""
    examples = DocTestParser().get_examples(cleandoc(getdoc(kind) or ""))
    calls = (node for each in examples for node in ast.walk(ast.parse(each.source)) if isinstance(node, ast.Call))
    made = next(call for call in calls if isinstance(call.func, ast.Name) and call.func.id == kind.__name__)
    example: Operator = eval(ast.unparse(made), dict(vars(sys.modules[kind.__module__])))
    return example


def _sql(example: Operator, engine: Engine) -> str:
    try:
        example.sql(column("value"), SqlContext(engine, now_us=0))
    except NotSqlCapable as refused:
        return f"no: {refused.reason}"
    return "yes"
