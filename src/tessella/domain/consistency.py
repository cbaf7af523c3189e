"""Whether definitions hold together: every rule parses, every kind computes, and every name that is used exists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tessella.domain.audiences.reading import customer_source_faults
from tessella.domain.definitions import Definitions
from tessella.domain.definitions.experiments import check_begun, check_experiments
from tessella.domain.definitions.games import check_games
from tessella.domain.definitions.item_filters import parse_item_filters
from tessella.domain.definitions.predictions import check_predictions
from tessella.domain.definitions.scopes import check_scopes
from tessella.domain.definitions.targeting import parse_targeting
from tessella.domain.errors import Faults, TessellaError, UnknownReference, WrongShape
from tessella.domain.features.item_features import check_item_feature
from tessella.domain.features.kinds.parse import parse_kind
from tessella.domain.features.of_games import check_game_feature
from tessella.domain.features.predicted import check_predicted_feature
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.identifiers import DEFAULT_SEGMENT, RuleId, SegmentId, nearest, point
from tessella.domain.rules.ast import AnyOf, Node
from tessella.domain.rules.parse import parse_rule
from tessella.domain.segments.references import Reads, reference_faults, segments_named
from tessella.domain.segments.segment import Segment


@dataclass(frozen=True, slots=True)
class ParsedRules:
    """The trees of the segments' rules, parsed with the schema. Those of unchanged segments are shared by many."""

    schema: Schema = field(default_factory=Schema)
    segments: Mapping[SegmentId, Segment] = field(default_factory=dict)
    #: Of every rule, the disabled ones included.
    trees: Mapping[tuple[SegmentId, RuleId], Node] = field(default_factory=dict)
    #: Per segment: any of its enabled rules.
    membership: Mapping[SegmentId, Node] = field(default_factory=dict)
    #: What each segment reads through `in_segment`.
    reads: Reads = field(default_factory=dict)


def check_definitions(definitions: Definitions, known: ParsedRules | None = None) -> None:
    """Everything that a snapshot needs, short of compiling, and that features can be computed. Raises `Faults`.

    `known` saves parsing what has not changed.
    """
    features = definitions.features.values()
    check_kinds(features)
    check_sources(definitions)
    check_predictions(definitions)
    check_games(definitions)
    check_scopes(definitions)
    parse_item_filters(definitions)
    parsed = parsed_rules(definitions, known)
    check_references(definitions, parsed)
    check_experiments(definitions, parsed.schema)
    parse_targeting(definitions)


def check_change(before: Definitions, after: Definitions, known: ParsedRules | None = None) -> None:
    """The same of what is defined after a change, and that the change may be made. Raises `Faults`."""
    check_definitions(after, known)
    check_begun(before, after)


def schema_of(definitions: Definitions) -> Schema:
    """What rules may read."""
    return Schema(definitions.features.values(), {each.key for each in definitions.sources.values()})


def parsed_rules(definitions: Definitions, known: ParsedRules | None = None) -> ParsedRules:
    """The rules of all segments; of `known` is taken what has not changed. Raises as `parse_rules` does."""
    schema, known = schema_of(definitions), known or ParsedRules()
    trees = parse_rules(definitions, schema, known)
    membership = membership_of(definitions, trees, known.membership)
    return ParsedRules(schema, definitions.segments, trees, membership, reads_of(membership, known))


def parse_rules(
    definitions: Definitions, schema: Schema, known: ParsedRules | None = None
) -> dict[tuple[SegmentId, RuleId], Node]:
    """The tree of every rule; those of unchanged segments are taken from `known`, if that is of the same schema.

    Raises `Faults` whose pointers begin with `/segments/{segment_id}`, in the order of the segments' names.
    """
    unchanged = known if known is not None and known.schema == schema else ParsedRules(schema)
    trees: dict[tuple[SegmentId, RuleId], Node] = {}
    errors: list[TessellaError] = []
    for _, segment in sorted(definitions.segments.items()):
        try:
            trees.update(_trees_of(segment, unchanged))
        except TessellaError as error:
            errors.extend(error.faults())
    if errors:
        raise Faults(errors)
    return trees


def _trees_of(segment: Segment, known: ParsedRules) -> dict[tuple[SegmentId, RuleId], Node]:
    segment_id = segment.segment_id
    before = known.segments.get(segment_id)
    if before is segment or before == segment:  # the same most often: to compare two takes longer
        return {(segment_id, rule.rule_id): known.trees[segment_id, rule.rule_id] for rule in segment.rules}
    trees: dict[tuple[SegmentId, RuleId], Node] = {}
    errors: list[TessellaError] = []
    for index, rule in enumerate(segment.rules):
        at = point("/segments", segment_id, "rules", index, "expr")
        try:
            trees[segment_id, rule.rule_id] = parse_rule(rule.expr, rule.form, known.schema, at)
        except TessellaError as error:
            errors.append(error)
    if errors:
        raise Faults(errors)
    return trees


def membership_of(
    definitions: Definitions,
    rules: Mapping[tuple[SegmentId, RuleId], Node],
    known: Mapping[SegmentId, Node] | None = None,
) -> dict[SegmentId, Node]:
    """Per segment, the tree that says who is in it: the one that is `known` where its rules are."""
    known, membership = known or {}, dict[SegmentId, Node]()
    for segment_id, segment in sorted(definitions.segments.items()):
        children = tuple(rules[segment_id, each.rule_id] for each in segment.enabled_rules())
        match known.get(segment_id):
            case AnyOf(before) as tree if before == children:
                membership[segment_id] = tree
            case _:
                membership[segment_id] = AnyOf(children)
    return membership


def reads_of(membership: Mapping[SegmentId, Node], known: ParsedRules) -> Reads:
    """What each segment reads itself."""
    return {
        segment_id: known.reads[segment_id] if tree is known.membership.get(segment_id) else segments_named(tree)
        for segment_id, tree in membership.items()
    }


def check_kinds(features: Iterable[Feature]) -> None:
    """Every feature that is computed from events, read from items, predicted, or told by a taxonomy, says how.

    Raises `Faults`, in the order of the features' names.
    """
    errors: list[TessellaError] = []
    for feature in sorted(features, key=lambda each: each.name):
        at = point("/features", feature.name)
        try:
            parse_kind(feature, at)
            check_item_feature(feature, at)
            check_predicted_feature(feature, at)
            check_game_feature(feature, at)
        except TessellaError as error:
            errors.append(error)
    if errors:
        raise Faults(errors)


def check_sources(definitions: Definitions) -> None:
    """Every feature of the warehouse names a source that exists, where there are several. Raises `Faults`."""
    errors = [
        fault
        for _, feature in sorted(definitions.features.items())
        for fault in customer_source_faults(feature, definitions.sources, point("/features", feature.name))
    ]
    if errors:
        raise Faults(errors)


def check_references(definitions: Definitions, parsed: ParsedRules) -> None:
    """Every profile and segment that is named exists, and `in_segment` goes in no circle. Raises `Faults`."""
    errors: list[TessellaError] = [
        UnknownReference(
            point("/segments", segment.segment_id, "profile_id"), "profile", segment.profile_id,
            nearest(segment.profile_id, definitions.profiles),
        )
        for _, segment in sorted(definitions.segments.items())
        if segment.profile_id is not None and segment.profile_id not in definitions.profiles
    ]  # fmt: skip
    errors += _default_faults(definitions.segments.get(DEFAULT_SEGMENT))
    errors += reference_faults(parsed.reads)
    if errors:
        raise Faults(errors)


def _default_faults(default: Segment | None) -> list[TessellaError]:
    """Its priority and whether it is active have no effect, as it is not tried; rules would be a misunderstanding."""
    if default is None or not default.rules:
        return []
    where = point("/segments", DEFAULT_SEGMENT, "rules")
    return [WrongShape(where, 'The segment "default" is what is left: it has no rules.')]
