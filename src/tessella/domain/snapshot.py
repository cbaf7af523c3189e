"""The immutable state that decisions are made from: everything a namespace has defined, checked and compiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tessella.domain.definitions import Definitions
from tessella.domain.errors import Faults, TessellaError, UnknownReference, WrongShape
from tessella.domain.features.kinds.parse import parse_kind
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.identifiers import DEFAULT_SEGMENT, Namespace, ProfileId, RuleId, SegmentId, nearest, point
from tessella.domain.ranking.effective_config import EffectiveConfig, effective_config
from tessella.domain.ranking.knobs import Knobs
from tessella.domain.rules.ast import AnyOf, Node
from tessella.domain.rules.compiler import RuleCompiler
from tessella.domain.rules.parse import parse_rule
from tessella.domain.segments.matching import Entry, Matcher, matcher_steps
from tessella.domain.segments.references import check_acyclic
from tessella.domain.segments.segment import Segment, in_order_of_trial
from tessella.domain.steps import Steps, walk


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a namespace, ready to decide. Built once, shared by all requests, replaced whole."""

    namespace: Namespace
    version: int
    definitions: Definitions
    schema: Schema
    #: The tree of every rule, the disabled ones included.
    rules: Mapping[tuple[SegmentId, RuleId], Node]
    #: Per segment: any of its enabled rules.
    membership: Mapping[SegmentId, Node]
    matcher: Matcher
    #: The layer of knobs from the environment.
    env: Knobs
    #: The configuration of each profile (None: no profile) before campaign and request.
    configs: Mapping[ProfileId | None, EffectiveConfig] = field(default_factory=dict)

    def config(self, profile_id: ProfileId | None, *, campaign: Knobs, overrides: Knobs) -> EffectiveConfig:
        """The effective configuration for a profile. Source: requirement A, "Request-time precedence"."""
        if not campaign and not overrides:
            return self.configs[profile_id]
        return effective_config(_layers(self.definitions, self.env, profile_id, campaign, overrides))


def build_snapshot(namespace: Namespace, version: int, definitions: Definitions, env: Knobs) -> Snapshot:
    """Check and compile. Raises `Faults` with every fault of every definition."""
    return walk(snapshot_steps(namespace, version, definitions, env, RuleCompiler()))


def snapshot_steps(
    namespace: Namespace, version: int, definitions: Definitions, env: Knobs, compiler: RuleCompiler
) -> Steps[Snapshot]:
    """The same, pausing every few milliseconds. `compiler` remembers the rules that have not changed."""
    schema = Schema(definitions.features.values())
    rules = parse_rules(definitions, schema)
    yield
    check_references(definitions, rules)
    membership = membership_of(definitions, rules)
    yield
    matcher = yield from matcher_steps(entries_of(definitions, rules), membership, compiler)
    configs: dict[ProfileId | None, EffectiveConfig] = {
        profile_id: effective_config(_layers(definitions, env, profile_id, {}, {}))
        for profile_id in (None, *definitions.profiles)
    }
    return Snapshot(namespace, version, definitions, schema, rules, membership, matcher, env, configs)


def entries_of(definitions: Definitions, rules: Mapping[tuple[SegmentId, RuleId], Node]) -> list[Entry]:
    """Every enabled rule of every active segment, in the order of trial."""
    return [
        Entry(segment.segment_id, rule.rule_id, rules[segment.segment_id, rule.rule_id])
        for segment in in_order_of_trial(definitions.segments.values())
        for rule in segment.enabled_rules()
    ]


def parse_rules(definitions: Definitions, schema: Schema) -> dict[tuple[SegmentId, RuleId], Node]:
    """The tree of every rule. Raises `Faults` whose pointers begin with `/segments/{segment_id}`."""
    trees: dict[tuple[SegmentId, RuleId], Node] = {}
    errors: list[TessellaError] = []
    for segment in definitions.segments.values():
        for index, rule in enumerate(segment.rules):
            at = point("/segments", segment.segment_id, "rules", index, "expr")
            try:
                trees[segment.segment_id, rule.rule_id] = parse_rule(rule.expr, rule.form, schema, at)
            except TessellaError as error:
                errors.append(error)
    if errors:
        raise Faults(errors)
    return trees


def membership_of(definitions: Definitions, rules: Mapping[tuple[SegmentId, RuleId], Node]) -> dict[SegmentId, Node]:
    """Per segment, the tree that says who is in it."""
    return {
        segment.segment_id: AnyOf(tuple(rules[segment.segment_id, each.rule_id] for each in segment.enabled_rules()))
        for segment in definitions.segments.values()
    }


def check_kinds(features: Iterable[Feature]) -> None:
    """Every feature that is computed from events says how. Raises `Faults`."""
    errors: list[TessellaError] = []
    for feature in features:
        try:
            parse_kind(feature, point("/features", feature.name))
        except TessellaError as error:
            errors.append(error)
    if errors:
        raise Faults(errors)


def check_references(definitions: Definitions, rules: Mapping[tuple[SegmentId, RuleId], Node]) -> None:
    """Every profile and segment that is named exists, and `in_segment` goes in no circle. Raises `Faults`."""
    errors: list[TessellaError] = [
        UnknownReference(
            point("/segments", segment.segment_id, "profile_id"), "profile", segment.profile_id,
            nearest(segment.profile_id, definitions.profiles),
        )
        for segment in definitions.segments.values()
        if segment.profile_id is not None and segment.profile_id not in definitions.profiles
    ]  # fmt: skip
    errors += _default_with_rules(definitions.segments.get(DEFAULT_SEGMENT))
    errors += check_acyclic(membership_of(definitions, rules))
    if errors:
        raise Faults(errors)


def _default_with_rules(default: Segment | None) -> list[TessellaError]:
    if default is None or not default.rules:
        return []
    return [
        WrongShape(
            point("/segments", DEFAULT_SEGMENT, "rules"), 'The segment "default" has no rules: it is what is left.'
        )
    ]


def _layers(
    definitions: Definitions, env: Knobs, profile_id: ProfileId | None, campaign: Knobs, overrides: Knobs
) -> Mapping[str, Knobs]:
    profile = definitions.profiles[profile_id].knobs if profile_id is not None else {}
    return {
        "env": env, "namespace": definitions.defaults.knobs, "profile": profile,
        "campaign": campaign, "request": overrides,
    }  # fmt: skip
