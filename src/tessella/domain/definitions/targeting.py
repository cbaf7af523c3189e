"""Whom experiments are for: their rules, parsed and compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.audiences.reading import SourceReading, sources_with
from tessella.domain.definitions.records import Definitions
from tessella.domain.errors import Faults, TessellaError, UnknownReference, WrongShape
from tessella.domain.experiments.context.fields import FIELDS
from tessella.domain.experiments.setup.experiment import Experiment, ExperimentStatus
from tessella.domain.features.schema import Feature, Schema, Source
from tessella.domain.identifiers import (
    DEFAULT_SEGMENT,
    ExperimentId,
    FeatureName,
    Instant,
    Pointer,
    SegmentId,
    SourceId,
    nearest,
    point,
)
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.compiler import RuleCompiler
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.reads import segments_read
from tessella.domain.segments.ruleset import RuleSet, Values, ruleset_steps
from tessella.domain.steps import Steps

#: The dimension whose value is the segment that a decision chooses.
SEGMENT_DIMENSION: Final = "segment_id"
#: A context's fields as rules read them: a field is meant where a feature has the same name.
_CONTEXT: Final = tuple(Feature(FeatureName(name), kind, Source.REQUEST) for name, kind in FIELDS.items())


@dataclass(frozen=True, slots=True)
class Targeting:
    """Whom one experiment is for, ready to be asked."""

    #: One test; None: everybody.
    rule: RuleSet | None
    #: The sources of customers that the rule and the dimensions read.
    sources: tuple[SourceId, ...]

    def holds(self, values: Values, now: Instant) -> bool:
        """Whether a unit is meant: `values` are of features, and of the fields of its context."""
        return self.rule is None or bool(self.rule.tests[0](self.rule.load(values, now)))


def parse_targeting(definitions: Definitions) -> dict[ExperimentId, Node]:
    """The rule of each experiment that has one, and is not archived.

    Raises `Faults` whose pointers begin with `/experiments/{experiment_id}/targeting`.
    """
    schema = Schema([*definitions.features.values(), *_CONTEXT], {each.key for each in definitions.sources.values()})
    parsed: dict[ExperimentId, Node] = {}
    errors: list[TessellaError] = []
    for experiment in in_use(definitions):
        if experiment.targeting is None:
            continue
        at = point("/experiments", experiment.experiment_id, "targeting")
        try:
            node = parse_rule(experiment.targeting, Form.DSL, schema, at)
        except TessellaError as error:
            errors.extend(error.faults())
        else:
            errors.extend(_segment_faults(node, definitions, at))
            parsed[experiment.experiment_id] = node
    if errors:
        raise Faults(errors)
    return parsed


def in_use(definitions: Definitions) -> Iterator[Experiment]:
    """The experiments that read anything, by id: those that are not archived."""
    for _, experiment in sorted(definitions.experiments.items()):
        if experiment.status is not ExperimentStatus.ARCHIVED:
            yield experiment


def targeting_steps(
    definitions: Definitions,
    rules: Mapping[ExperimentId, Node],
    membership: Mapping[SegmentId, Node],
    compiler: RuleCompiler,
    readings: Mapping[SourceId, SourceReading],
    recorded: tuple[FeatureName, ...],
) -> Steps[dict[ExperimentId, Targeting]]:
    """Compile the rules, pausing after each. `recorded` are the features that choose a segment."""
    compiled: dict[ExperimentId, Targeting] = {}
    for experiment in in_use(definitions):
        node, rule = rules.get(experiment.experiment_id), None
        if node is not None:
            rule = yield from ruleset_steps([node], membership, compiler)
        dimensions = experiment.segmentation.segment_by
        read = {*(() if rule is None else rule.reads), *map(FeatureName, dimensions)}
        read.update(recorded if SEGMENT_DIMENSION in dimensions else ())
        compiled[experiment.experiment_id] = Targeting(rule, sources_with(readings.values(), read))
        yield
    return compiled


def _segment_faults(node: Node, definitions: Definitions, at: Pointer) -> Iterator[TessellaError]:
    for segment_id in dict.fromkeys(segments_read(node)):
        if segment_id == DEFAULT_SEGMENT:
            yield WrongShape(at, 'The segment "default" is what is left: in_segment cannot read it.')
        elif segment_id not in definitions.segments:
            yield UnknownReference(at, "segment", segment_id, nearest(segment_id, definitions.segments))
