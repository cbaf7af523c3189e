"""The immutable state that decisions are made from: everything a namespace has defined, checked and compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tessella.domain.audiences.reading import SourceReading, readings_of, sources_with
from tessella.domain.consistency import ParsedRules, check_references, parsed_rules
from tessella.domain.definitions import DEFAULTS_ID, Definitions, Kind
from tessella.domain.definitions.item_filters import parse_item_filters
from tessella.domain.definitions.targeting import Targeting, parse_targeting, targeting_steps
from tessella.domain.features.schema import SUBJECT, ItemSchema, Schema
from tessella.domain.identifiers import (
    ExperimentId,
    FeatureName,
    Namespace,
    Pointer,
    ProfileId,
    RuleId,
    SegmentId,
    SourceId,
    point,
)
from tessella.domain.ranking.effective_config import EffectiveConfig, effective_config
from tessella.domain.ranking.filters.item_filter import ItemFilter, parse_item_filter
from tessella.domain.ranking.knobs import NO_KNOBS, Knobs
from tessella.domain.ranking.profile import Campaign, Profile
from tessella.domain.rules.ast import Node
from tessella.domain.rules.compiler import RuleCompiler
from tessella.domain.segments.matching import Entry, Matcher, matcher_steps
from tessella.domain.segments.segment import in_order_of_trial
from tessella.domain.steps import Steps, walk


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a namespace, ready to decide. Built once, shared by all requests, replaced whole."""

    namespace: Namespace
    version: int
    definitions: Definitions
    #: Its trees, for what is checked or built next.
    parsed: ParsedRules
    matcher: Matcher
    #: The features whose values a decision keeps: those that a rule reads.
    recorded: tuple[FeatureName, ...]
    #: The layer of knobs from the environment.
    env: Knobs
    #: The configuration of each profile (None: no profile) before campaign and request.
    configs: Mapping[ProfileId | None, EffectiveConfig] = field(default_factory=dict)
    #: By the object that has it.
    item_filters: Mapping[tuple[Kind, str], ItemFilter] = field(default_factory=dict)
    #: What is declared of each source of customers.
    sources: Mapping[SourceId, SourceReading] = field(default_factory=dict)
    #: The sources of the features that a decision may read: empty, and no decision asks for a row.
    sources_read: tuple[SourceId, ...] = ()
    #: The features that sources of customers hold, and stored facts do not.
    columns: frozenset[FeatureName] = frozenset()
    #: Whom each experiment is for, by id; those that are archived are left out.
    targeting: Mapping[ExperimentId, Targeting] = field(default_factory=dict)

    @property
    def schema(self) -> Schema:
        """What rules may read."""
        return self.parsed.schema

    @property
    def rules(self) -> Mapping[tuple[SegmentId, RuleId], Node]:
        """The tree of every rule, the disabled ones included."""
        return self.parsed.trees

    @property
    def membership(self) -> Mapping[SegmentId, Node]:
        """Per segment: any of its enabled rules."""
        return self.parsed.membership

    def config(
        self, profile_id: ProfileId | None, *, campaign: Knobs, overrides: Knobs, experiment: Knobs = NO_KNOBS
    ) -> EffectiveConfig:
        """The effective configuration for a profile. Source: requirement A, "Request-time precedence"."""
        if not (campaign or experiment or overrides):
            return self.configs[profile_id]
        of_request = {"campaign": campaign, "experiment": experiment, "request": overrides}
        return effective_config(_layers(self.definitions, self.env, profile_id) | of_request)

    def filters_for(self, profile_id: ProfileId | None, campaign: Campaign | None) -> tuple[ItemFilter, ...]:
        """The filters that hold for a request: those of the defaults, of its profile, and of the running campaign."""
        owners = [(Kind.DEFAULTS, DEFAULTS_ID)]
        owners += [] if profile_id is None else [(Kind.PROFILE, profile_id)]
        owners += [] if campaign is None else [(Kind.CAMPAIGN, campaign.campaign_id)]
        return tuple(self.item_filters[owner] for owner in owners if owner in self.item_filters)

    def with_profile(self, profile: Profile, at: Pointer = "") -> Snapshot:
        """The same as if a profile were in force, for trying it. `at` is where it was written.

        Raises `Faults` for a filter of items that cannot be.
        """
        profile_id, owner = profile.profile_id, (Kind.PROFILE, profile.profile_id)
        definitions = self.definitions.with_definition(*owner, profile)
        config = effective_config(_layers(definitions, self.env, profile_id))
        filters = {each: kept for each, kept in self.item_filters.items() if each != owner}
        if profile.item_filter is not None:
            schema = ItemSchema(definitions.features.values())
            filters[owner] = parse_item_filter(profile.item_filter, schema, point(at, "item_filter"))
        return replace(
            self, definitions=definitions, configs={**self.configs, profile_id: config}, item_filters=filters
        )


def build_snapshot(namespace: Namespace, version: int, definitions: Definitions, env: Knobs) -> Snapshot:
    """Check and compile. Raises `Faults` with every fault of every definition."""
    return walk(snapshot_steps(namespace, version, definitions, env, RuleCompiler()))


def snapshot_steps(
    namespace: Namespace,
    version: int,
    definitions: Definitions,
    env: Knobs,
    compiler: RuleCompiler,
    before: Snapshot | None = None,
) -> Steps[Snapshot]:
    """The same, pausing every few milliseconds. `compiler` and `before` save doing again what has not changed."""
    parsed = parsed_rules(definitions, None if before is None else before.parsed)
    yield
    check_references(definitions, parsed)
    yield
    entries, same = entries_of(definitions, parsed.trees), None if before is None else before.matcher
    matcher = yield from matcher_steps(entries, parsed.membership, compiler, same)
    configs: dict[ProfileId | None, EffectiveConfig] = {
        profile_id: effective_config(_layers(definitions, env, profile_id))
        for profile_id in (None, *definitions.profiles)
    }
    filters = parse_item_filters(definitions)
    reads = dict.fromkeys((*matcher.reads, *sorted(name for each in filters.values() for name in each.of_request)))
    recorded = tuple(name for name in reads if name != SUBJECT)
    sources = readings_of(definitions.features, definitions.sources)
    rules = parse_targeting(definitions)
    targeting = yield from targeting_steps(definitions, rules, parsed.membership, compiler, sources, recorded)
    return Snapshot(
        namespace, version, definitions, parsed, matcher, recorded, env, configs, filters,
        sources, sources_with(sources.values(), recorded),
        frozenset(feature.name for each in sources.values() for feature in each.features),
        targeting,
    )  # fmt: skip


def entries_of(definitions: Definitions, rules: Mapping[tuple[SegmentId, RuleId], Node]) -> list[Entry]:
    """Every enabled rule of every active segment, in the order of trial."""
    return [
        Entry(segment.segment_id, rule.rule_id, rules[segment.segment_id, rule.rule_id])
        for segment in in_order_of_trial(definitions.segments.values())
        for rule in segment.enabled_rules()
    ]


def _layers(definitions: Definitions, env: Knobs, profile_id: ProfileId | None) -> dict[str, Knobs]:
    profile = definitions.profiles[profile_id].knobs if profile_id is not None else NO_KNOBS
    return {"env": env, "namespace": definitions.defaults.knobs, "profile": profile}
