"""Rules from JSON."""

from __future__ import annotations

from tessella.domain.features.schema import Schema
from tessella.domain.identifiers import Json, Pointer
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.dsl import parse_dsl
from tessella.domain.rules.jsonlogic import parse_jsonlogic
from tessella.domain.rules.limits import check_limits


def parse_rule(expr: Json, form: Form, schema: Schema, at: Pointer = "") -> Node:
    """The tree of a rule in its stated form. Raises `RuleInvalid`, or `Faults` holding every fault found.

    >>> parse_rule({"exists": "ctx.region"}, Form.DSL, Schema())
    Exists(feature='ctx.region')
    """
    check_limits(expr, at)
    parse = {Form.DSL: parse_dsl, Form.JSONLOGIC: parse_jsonlogic}[form]
    return parse(expr, schema, at)
