"""Validate a rule: everything there is to say about one before it is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from tessella.domain.errors import Faults, NotSqlCapable, TessellaError, UnknownReference
from tessella.domain.identifiers import Instant, Json, Pointer, nearest
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.lint import Hint, lint
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.reads import segments_read
from tessella.domain.rules.sentence import sentence
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session


@dataclass(frozen=True, slots=True)
class SqlText:
    """A rule on one engine: its condition, or why it has none."""

    sql: str | None = None
    not_sql_because: str | None = None


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A rule with its faults; when it has none, what it says and how it runs."""

    errors: Sequence[TessellaError] = ()
    sentence: str | None = None
    #: Per engine.
    sql: Mapping[str, SqlText] = field(default_factory=dict)
    lint: Sequence[Hint] = ()
    canonical: Json = None

    @property
    def valid(self) -> bool:
        """Whether it could be saved."""
        return not self.errors


async def validate_rule(session: Session, expr: Json, form: Form) -> CheckedRule:
    """Everything about a rule. A rule at fault is no error here: the faults are what was asked for."""
    return await asyncio.to_thread(check_rule, session.snapshot(), expr, form, session.now())


def check_rule(snapshot: Snapshot, expr: Json, form: Form, now: Instant) -> CheckedRule:
    """The same from a snapshot. The largest rules take tenths of a second."""
    try:
        node = read_rule(snapshot, expr, form, "/expr")
    except TessellaError as error:
        return CheckedRule(tuple(error.faults()))
    names = {each.segment_id: each.name for each in snapshot.definitions.segments.values()}
    forms = sql_forms(snapshot, node, now)
    return CheckedRule((), sentence(node, names), forms, lint(node, snapshot.schema), to_dsl(node))


def read_rule(snapshot: Snapshot, expr: Json, form: Form, at: Pointer) -> Node:
    """The tree of a rule whose features and segments exist. Raises `Invalid` errors."""
    node = parse_rule(expr, form, snapshot.schema, at)
    unknown = [name for name in dict.fromkeys(segments_read(node)) if name not in snapshot.membership]
    if unknown:
        raise Faults([UnknownReference(at, "segment", name, nearest(name, snapshot.membership)) for name in unknown])
    return node


def sql_forms(snapshot: Snapshot, node: Node, now: Instant) -> Mapping[str, SqlText]:
    """The rule as a condition over normalised columns, per engine."""
    from tessella.domain.rules.sql import Engine, SqlContext, predicate_sql  # loads sqlglot

    forms: dict[str, SqlText] = {}
    engine: Engine
    for engine in get_args(Engine):
        try:
            text = predicate_sql(node, snapshot.schema, snapshot.membership, SqlContext(engine, now))
            forms[engine] = SqlText(sql=text)
        except NotSqlCapable as error:
            forms[engine] = SqlText(not_sql_because=error.message)
    return forms
