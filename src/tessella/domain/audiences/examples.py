"""Some subjects of a rule."""

from __future__ import annotations

from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.rules.ast import Node
from tessella.domain.rules.sql import SetEvaluation, nodes


def examples_sql(evaluation: SetEvaluation, rule: Node, most: int) -> str:
    """The first so many subjects of a rule, by their ids. Raises `NotSqlCapable`."""
    layered = evaluation.layered((), [rule])
    holding = evaluation.step({"holds": layered.predicates.root(rule)}, len(layered.steps))
    listed = evaluation.chained([*layered.steps, holding], [nodes.column(SUBJECT)])
    return f"{listed}\nWHERE holds ORDER BY 1 LIMIT {most}"
