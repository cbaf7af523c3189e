"""What the tests of JSONLogic share: a schema, and rules read over it."""

from typing import Any

import pytest

from tessella.domain.errors import TessellaError
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.parse import parse_rule

NOW_US = 0
TYPES = {
    "active_products_count": "integer",
    "customer_status": "string",
    "total_revenue": "number",
    "n": "number",
    "m": "number",
    "i": "integer",
    "text": "string",
    "other": "string",
    "flag": "boolean",
    "flag2": "boolean",
    "seen": "timestamp",
    "tags": "string_list",
}
SCHEMA = Schema(
    [
        *(Feature(name, FeatureType(kind)) for name, kind in TYPES.items()),
        Feature("email", FeatureType.STRING, personal=True),
        Feature("tier", FeatureType.STRING, allowed_values=("VIP", "new")),
    ]
)
N, TEXT, FLAG = {"var": "n"}, {"var": "text"}, {"var": "flag"}


def tree(rule: Json) -> Node:
    return parse_rule(rule, Form.JSONLOGIC, SCHEMA)


def native(rule: Json) -> Node:
    return parse_rule(rule, Form.DSL, SCHEMA)


def holds(rule: Json, **values: Any) -> bool:
    return evaluate(tree(rule), values, NOW_US, {})


def faults(rule: Json) -> list[TessellaError]:
    with pytest.raises(TessellaError) as caught:
        tree(rule)
    return list(caught.value.faults())


def fault(rule: Json) -> TessellaError:
    [only] = faults(rule)
    return only
