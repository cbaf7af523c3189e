"""The truth of the nodes of a rule as SQL, for some subjects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.errors import NotSqlCapable
from tessella.domain.identifiers import Pointer, SegmentId, SubjectId
from tessella.domain.rules.ast import Node
from tessella.ports import Warehouse
from tessella.usecases.audiences.plan import Plan


async def nodes_as_sets(
    warehouse: Warehouse, plan: Plan, folder: Path, nodes: Sequence[tuple[Node, Pointer]], subjects: Sequence[SubjectId]
) -> Mapping[SubjectId, Sequence[bool]]:
    """A truth for each node, over rows that were told set-wise; nobody where the rule has no SQL form.

    DuckDB evaluates them, whichever engine has evaluated the segment.
    """
    from tessella.domain.audiences.rows import audience_relation  # loads sqlglot
    from tessella.domain.features.duckdb_values import literal
    from tessella.domain.rules.sql import SetEvaluation, SqlContext

    named = {SegmentId(f"node {at}"): node for at, (node, _) in enumerate(nodes)}
    context, relation = SqlContext("duckdb", plan.audience.as_of), audience_relation(plan.audience, folder)
    evaluation = SetEvaluation(context, relation, plan.snapshot.schema, {**plan.snapshot.membership, **named})
    try:
        [statement] = evaluation.membership([*named])
    except NotSqlCapable:
        return {}
    wanted = ", ".join(map(literal, subjects))
    found = await warehouse.rows(f"SELECT * FROM ({statement.sql}) WHERE {SUBJECT} IN ({wanted})")
    return {SubjectId(subject_id): truths for subject_id, *truths in found}
