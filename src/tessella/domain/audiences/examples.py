"""Some subjects of a rule."""

from __future__ import annotations

from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.rules.ast import Node
from tessella.domain.rules.sql import SetEvaluation, nodes


def examples_sql(evaluation: SetEvaluation, rule: Node, most: int) -> str:
    """So many subjects of a rule, in the order of their ids. Raises `NotSqlCapable`.

    Those that the scan meets first: it ends with the last of them. They are the first ones by id but for subjects that
    an incremental calculation has added.
    """
    layered = evaluation.layered((), [rule])
    holding = evaluation.step({"holds": layered.predicates.root(rule)}, len(layered.steps))
    listed = evaluation.chained([*layered.steps, holding], [nodes.column(SUBJECT)])
    return f"SELECT * FROM (\n{listed}\nWHERE holds LIMIT {most})\nORDER BY 1"
