"""What a team declares of a scope: which order its items have for whom. Source: requirement D, "Ranking Algorithm"."""

from __future__ import annotations

import msgspec

from tessella.domain.identifiers import ExperimentId, FeatureName, Json, ScopeId


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A score to begin with, for the items of which a rule holds."""

    #: A rule over features of the item, of the subject and of its vector.
    when: Json
    score: float
    #: Told to administrators only.
    tag: str = ""


class Equal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feature of the subject has the value that a feature of the item has."""

    subject: FeatureName
    item: FeatureName


class Related(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How well a value of the subject goes with one of the item: 0 to 1, by a table; 0 where it says nothing."""

    subject: FeatureName
    item: FeatureName
    #: By the subject's value, then by the item's.
    table: dict[str, dict[str, float]]


class Recent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A moment of the item lies at most so far back."""

    item: FeatureName
    hours: float


class Boost(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is added to the score of items, for one reason: exactly one of the four is set."""

    add: float
    #: A rule over features of the item, of the subject and of its vector.
    when: Json = None
    equal: Equal | None = None
    #: Adds `add` times what the table says.
    related: Related | None = None
    recent: Recent | None = None
    #: Told to administrators only.
    tag: str = ""


class TagRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tag that changes no score: told to administrators where a rule over the subject's vector holds."""

    tag: str
    when: Json


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One scope, as it is written in JSON, YAML and the database. Its candidates are the items that carry its id.

    score = min(1, max(0, base + sum of boosts)); equal scores are in the order of item ids.
    """

    scope_id: ScopeId
    name: str = ""
    description: str = ""
    #: The score of items that no rule of `bases` holds of.
    base: float = 0.5
    #: The first that holds of an item counts.
    bases: tuple[Base, ...] = ()
    boosts: tuple[Boost, ...] = ()
    tags: tuple[TagRule, ...] = ()
    #: Compares this order with a random one: an experiment whose variants say `order`, `rule_v1` or `random`.
    experiment_id: ExperimentId | None = None
    active: bool = True
