"""Whole statements: in which segments every subject of a relation is, in one scan.

Common table expressions, each over the one before: the raw rows; the values that passed the gate; then a layer of
boolean columns for each depth of `in_segment`, so that a segment which others read is evaluated once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from sqlglot import exp

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import SUBJECT, Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Node
from tessella.domain.rules.reads import segments_read
from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.columns import Relation
from tessella.domain.rules.sql.context import SqlContext
from tessella.domain.rules.sql.layers import batches, layers, needed_features
from tessella.domain.rules.sql.nodes import Engine, SqlExpression, render
from tessella.domain.rules.sql.predicate import Predicates
from tessella.domain.rules.sql.projection import constant, normalised

REQUEST_TIME: Final = "it is known in a request only, and no context was stated"
_NONE: Final[Mapping[FeatureName, str]] = {}


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT, and the segments that its columns after the first stand for, in order."""

    sql: str
    segments: tuple[SegmentId, ...]


@dataclass(frozen=True, slots=True)
class Layered:
    """Common table expressions, each over the one before."""

    steps: tuple[str, ...]
    #: Writes trees over the columns of the last one.
    predicates: Predicates


@dataclass(frozen=True, slots=True)
class SetEvaluation:
    """Segments to be evaluated over a relation."""

    ctx: SqlContext
    relation: Relation
    features: Mapping[FeatureName, Feature]
    #: The tree of each segment: any of its enabled rules.
    segments: Mapping[SegmentId, Node]
    #: Normalised values of request features, the same for every subject. None: rules that read one are refused.
    context: Mapping[FeatureName, Value] | None = None

    def membership(self, wanted: Sequence[SegmentId]) -> Iterator[Statement]:
        """Statements of a row a subject: `subject_id`, then a boolean for each segment. Raises `NotSqlCapable`."""
        for batch in batches(wanted, self.segments):
            columns = [nodes.column(f"s{at}") for at, _ in enumerate(batch)]
            yield Statement(self._sql(batch, [nodes.column(SUBJECT), *columns]), batch)

    def counts(self, wanted: Sequence[SegmentId]) -> Iterator[Statement]:
        """Statements of one row: how many subjects there are, then how many each segment holds. Raises likewise."""
        for batch in batches(wanted, self.segments):
            counted = (how_many(nodes.column(f"s{at}"), self.ctx.engine) for at, _ in enumerate(batch))
            yield Statement(self._sql(batch, [exp.Count(this=exp.Star()), *counted]), batch)

    def layered(
        self,
        wanted: Iterable[SegmentId],
        trees: Iterable[Node] = (),
        held: Mapping[FeatureName, str] = _NONE,
        kept: Iterable[str] = (),
    ) -> Layered:
        """Layers that hold a column for each of `wanted`, and all that `trees` read.

        `held` are features that are to be there whoever reads them, under these names; `kept` are columns of the
        relation that are handed on as they are. Raises `NotSqlCapable`.
        """
        reading = list(trees)
        layers_of = layers((*wanted, *chain(*map(segments_read, reading))), self.segments)
        names = {each: f"s{at}" for at, each in enumerate(dict.fromkeys((*wanted, *chain(*layers_of))))}
        features = needed_features((*(self.segments[each] for each in names), *reading))
        others = [each for each in features if each not in held]
        columns = {**held, **{feature: f"v{at}" for at, feature in enumerate(others)}}
        predicates = Predicates(self.ctx, lambda name: (columns[name], self._type(name)), names.__getitem__)
        steps = [self._gate(columns, kept)]
        for layer in layers_of:
            roots = {names[each]: predicates.root(self.segments[each]) for each in layer}
            steps.append(self.step(roots, len(steps)))
        return Layered(tuple(steps), predicates)

    def step(self, columns: Mapping[str, SqlExpression], number: int) -> str:
        """One more step: all columns of the one with this number, and more."""
        added = (exp.alias_(each, name, quoted=True, copy=False) for name, each in columns.items())
        return self._step([exp.Star(), *added], f"step_{number}")

    def chained(self, steps: Sequence[str], result: Sequence[SqlExpression]) -> str:
        """The steps as common table expressions, which no engine stores in between, and a result over the last."""
        stored = "" if self.ctx.engine == "spark" else "NOT MATERIALIZED "
        named = (f",\nstep_{at} AS {stored}(\n{step}\n)" for at, step in enumerate(steps, 1))
        final = exp.Select(expressions=list(result)).from_(f"step_{len(steps)}")
        return f"WITH raw AS (\n{self.relation.source}\n){''.join(named)}\n{render(final, self.ctx.engine)}"

    def _sql(self, batch: tuple[SegmentId, ...], result: list[SqlExpression]) -> str:
        """`result` over the last of the layers that the batch needs."""
        return self.chained(self.layered(batch).steps, result)

    def _gate(self, columns: Mapping[FeatureName, str], kept: Iterable[str]) -> str:
        """The one projection that normalises every column that is needed."""
        subject = exp.alias_(nodes.cast(nodes.column(self.relation.key), "TEXT"), SUBJECT, quoted=True, copy=False)
        values = (exp.alias_(self._value(name), alias, quoted=True, copy=False) for name, alias in columns.items())
        return self._step([subject, *map(nodes.column, kept), *values], "raw")

    def _step(self, columns: list[SqlExpression], source: str) -> str:
        select = exp.Select(expressions=columns).from_(source, copy=False)
        # A fence: PostgreSQL would paste each column's expression wherever the column is read.
        return render(select.offset(0, copy=False) if self.ctx.engine == "postgres" else select, self.ctx.engine)

    def _value(self, name: FeatureName) -> SqlExpression:
        engine, kind = self.ctx.engine, self._type(name)
        if name == SUBJECT:
            return nodes.cast(nodes.column(self.relation.key), "TEXT")
        if self.features[name].source is Source.REQUEST:
            return constant(self._stated(name), kind)
        if (raw := self.relation.columns.get(name)) is None:
            self.ctx.refuse(name, "the source has no column for it")
        return normalised(self.ctx.stored(raw.name), raw.stored, kind, engine)

    def _stated(self, name: FeatureName) -> Value | None:
        if self.context is None:
            self.ctx.refuse(name, REQUEST_TIME)
        return self.context.get(name)

    def _type(self, name: FeatureName) -> FeatureType:
        return FeatureType.STRING if name == SUBJECT else self.features[name].type


def how_many(truth: SqlExpression, engine: Engine) -> SqlExpression:
    """In how many rows it is TRUE, in the form that is quickest on the engine."""
    if engine == "postgres":
        return exp.Count(this=nodes.when(truth, exp.Literal.number(1)))
    return nodes.call("COALESCE", nodes.call("COUNT_IF", truth), exp.Literal.number(0))


def predicate_sql(
    node: Node, features: Mapping[FeatureName, Feature], segments: Mapping[SegmentId, Node], ctx: SqlContext
) -> str:
    """One rule as a condition over normalised columns named as its features, and boolean ones named as segments.

    Raises `NotSqlCapable` for what it, or a segment that it reads, cannot say on that engine.
    """

    def column(name: FeatureName) -> tuple[str, FeatureType]:
        if name != SUBJECT and features[name].source is Source.REQUEST:
            ctx.refuse(name, REQUEST_TIME)
        return name, FeatureType.STRING if name == SUBJECT else features[name].type

    predicates = Predicates(ctx, column, str)
    for segment_id in chain(*layers(segments_read(node), segments)):
        predicates.holds(segments[segment_id])
    return render(predicates.root(node), ctx.engine)
