"""Preview: how many subjects a rule that is not saved would hold, part by part, and what segments would lose to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import FIRST
from tessella.domain.audiences.preview import Loss, RuleCount, losses, rule_count
from tessella.domain.audiences.sampled import Sample, read_sample, sample_sql, sample_steps
from tessella.domain.errors import NotSqlCapable
from tessella.domain.identifiers import Json, SegmentId, SubjectId
from tessella.domain.rules.ast import Form
from tessella.domain.rules.canonical import to_dsl
from tessella.domain.rules.lint import nodes_with_pointers
from tessella.domain.segments.segment import Segment, in_order_of_trial
from tessella.domain.steps import Steps
from tessella.ports import Session
from tessella.ports.audience_reading import AudienceReading
from tessella.usecases.audiences.rows import AudienceRows, audience_rows_of, tried_otherwise
from tessella.usecases.audiences.rule_over_audience import RuleOverAudience, rule_over_audience

if TYPE_CHECKING:
    from tessella.domain.rules.sql.node_counts import NodeCounts

T = TypeVar("T")

#: Subjects that are told by name.
EXAMPLES: Final = 20


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """A rule, and where it would be tried."""

    expr: Json
    form: Form = Form.DSL
    #: The segment whose rules it would take the place of.
    segment_id: SegmentId | None = None
    #: None: that of the segment; without one, before all others.
    priority: int | None = None
    #: What a request carries, for rules that read it.
    context: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rule holds, as of a calculation."""

    audience: Audience
    counts: RuleCount
    #: The first ones, by id.
    examples: Sequence[SubjectId]
    losses: Sequence[Loss]
    #: The segments that the losses are not true of any more: see `tried_otherwise`.
    tried_otherwise: Sequence[SegmentId]
    #: The rule as the pointers of its nodes mean it.
    canonical: Json
    #: None when every subject was looked at.
    sample: Sample | None = None


async def preview_rule(session: Session, reader: AudienceReading, asked: PreviewRequest) -> Preview:
    """Count a rule over the active calculation, as of its moment.

    Raises `Invalid` errors that point at faults of the rule, `ReadsTheRequest`, `NotInAudience` and `FeatureChanged`,
    and as `audience_rows_of` and `AudienceReading.rows` do.
    """
    snapshot = session.snapshot()
    rows = await audience_rows_of(session)
    rule = await asyncio.to_thread(
        rule_over_audience, snapshot, rows, asked.expr, asked.form, asked.context, session.caller.role
    )
    try:
        counts, examples = await _counted(reader, rows, rule)
        sample = None
    except NotSqlCapable as refused:
        counts, examples, sample = await _sampled(reader, rows, rule, refused.message)
    tried = [each.segment_id for each in rows.audience.segments[: rows.audience.tried]]
    lost = losses(counts.taken, tried, spared(snapshot.definitions.segments, asked))
    changed = await asyncio.to_thread(tried_otherwise, snapshot, rows.audience)
    return Preview(rows.audience, counts, examples, lost, changed, to_dsl(rule.node), sample)


async def _counted(
    reader: AudienceReading, rows: AudienceRows, rule: RuleOverAudience
) -> tuple[RuleCount, Sequence[SubjectId]]:
    """All subjects, in one scan; then the examples. Raises `NotSqlCapable`."""
    counting, examples = await asyncio.to_thread(_statements, rule)
    counts = rule_count(await reader.rows(counting.sql, rows.parameters), counting.pointers)
    return counts, [SubjectId(each) for (each,) in await reader.rows(examples, rows.parameters)]


def _statements(rule: RuleOverAudience) -> tuple[NodeCounts, str]:
    from tessella.domain.audiences.examples import examples_sql  # loads sqlglot
    from tessella.domain.rules.sql.node_counts import node_counts

    counting = node_counts(rule.evaluation, rule.node, FIRST)
    return counting, examples_sql(rule.evaluation, rule.node, EXAMPLES)


async def _sampled(
    reader: AudienceReading, rows: AudienceRows, rule: RuleOverAudience, because: str
) -> tuple[RuleCount, Sequence[SubjectId], Sample]:
    """The same row by row, over a sample. Whoever decides meanwhile waits for a step at most."""
    subjects = rows.audience.rows
    columns = [rows.audience.column(name) for name in rule.reads]
    sampling = sample_sql(rows.sql, columns, subjects=subjects, nodes=sum(1 for _ in nodes_with_pointers(rule.node)))
    sample = read_sample(await reader.rows(sampling, rows.parameters), rule.reads, rule.context)
    steps = sample_steps(rule.node, sample, subjects, rows.audience.as_of, rule.evaluation.segments)
    counts, inside = await _walked(steps)
    return counts, inside[:EXAMPLES], Sample(len(sample), subjects, because)


async def _walked(steps: Steps[T]) -> T:
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: T = done.value
            return result
        await asyncio.sleep(0)


def spared(segments: Mapping[SegmentId, Segment], asked: PreviewRequest) -> frozenset[SegmentId]:
    """The segment that the rule is of, and those that are tried before it. Of equals, one without an id is first."""
    own = None if asked.segment_id is None else segments.get(asked.segment_id)
    priority = own.priority if asked.priority is None and own is not None else asked.priority
    before: set[SegmentId] = set() if asked.segment_id is None else {asked.segment_id}
    if priority is not None:
        place = (-priority, asked.segment_id or "")
        tried = in_order_of_trial(segments.values())
        before |= {each.segment_id for each in tried if (-each.priority, each.segment_id) < place}
    return frozenset(before)
