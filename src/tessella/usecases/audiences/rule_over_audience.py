"""A rule that is to be evaluated over a calculation: everything that it reads is there, or the fault is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tessella.domain.audiences.audience import Audience
from tessella.domain.errors import FeatureChanged, ReadsTheRequest
from tessella.domain.features.gate import Value
from tessella.domain.features.schema import CLOCK_FEATURES, SUBJECT, Feature, Schema, Source
from tessella.domain.features.subject import clock, read_context
from tessella.domain.identifiers import FeatureName, Instant, Json, Role
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.reads import features_read, segments_read
from tessella.domain.segments.readers import with_all_read
from tessella.domain.snapshot import Snapshot
from tessella.usecases.audiences.rows import AudienceRows
from tessella.usecases.validate_rule import read_rule

if TYPE_CHECKING:
    from tessella.domain.rules.sql import SetEvaluation


@dataclass(frozen=True, slots=True)
class RuleOverAudience:
    """The rule, and what evaluates it."""

    node: Node
    evaluation: SetEvaluation
    #: The features of subjects that it reads, itself or through `in_segment`.
    reads: Sequence[FeatureName]
    #: What the request is said to carry.
    context: Mapping[FeatureName, Value]


def rule_over_audience(
    snapshot: Snapshot, rows: AudienceRows, expr: Json, form: Form, context: Mapping[str, Json] | None, role: Role
) -> RuleOverAudience:
    """Read and check a rule; `context` is what a request carries, None for no request.

    Raises `Invalid` errors that point at faults of the rule or the context, `ReadsTheRequest`, and `NotInAudience` or
    `FeatureChanged` for what the calculation does not hold. The largest rules take tenths of a second.
    """
    from tessella.domain.audiences.rows import normalised_relation  # loads sqlglot
    from tessella.domain.rules.sql import SetEvaluation, SqlContext

    node = read_rule(snapshot, expr, form, "/expr")
    audience, schema = rows.audience, snapshot.schema
    read = sorted(everything_read(node, snapshot) - {SUBJECT})
    of_request = [name for name in read if schema[name].source is Source.REQUEST]
    if of_request and context is None:
        raise ReadsTheRequest(of_request, _advice(of_request))
    of_subjects = [name for name in read if name not in of_request]
    for name in of_subjects:
        check_held(audience, schema[name])
    stated = {} if context is None else _stated(schema, context, role, audience.as_of)
    relation = normalised_relation(rows.sql, {name: audience.column(name) for name in of_subjects})
    evaluation = SetEvaluation(SqlContext("duckdb", audience.as_of), relation, schema, snapshot.membership, stated)
    return RuleOverAudience(node, evaluation, of_subjects, stated)


def everything_read(node: Node, snapshot: Snapshot) -> frozenset[FeatureName]:
    """The features that a rule reads, itself or through `in_segment`."""
    trees = (node, *with_all_read(segments_read(node), snapshot.membership).values())
    return frozenset(name for tree in trees for name in features_read(tree))


def check_held(audience: Audience, feature: Feature) -> None:
    """Raises `NotInAudience` for a feature that is not held, `FeatureChanged` for one that is of another type now."""
    audience.column(feature.name)
    held = next(each.type for each in audience.features if each.name == feature.name)
    if held != feature.type:
        raise FeatureChanged(feature.name, held, feature.type)


def _advice(features: Sequence[FeatureName]) -> str:
    """How to state a request. What the clock says is that of the calculation's moment, and nobody sends it."""
    sent = [name for name in features if name not in CLOCK_FEATURES]
    carried = f'{{"{sent[0]}": ...}}' if sent else "{}, for the moment of the calculation"
    return f'Say what the request carries: "context": {carried}.'


def _stated(schema: Schema, context: Mapping[str, Json], role: Role, at: Instant) -> Mapping[FeatureName, Value]:
    """The values of a request, with what the clock says at the moment of the calculation."""
    sent, _ = read_context(schema, context, role)
    return {**sent, **clock(at, sent.get(FeatureName("ctx.timezone")))}
