"""The five kinds of definition that a namespace holds, and how each is read from and written to JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

import msgspec

from tessella.domain.errors import Faults, TessellaError, UnknownField, WrongShape
from tessella.domain.features.gate import iso, normalise
from tessella.domain.features.schema import Feature, FeatureType, Schema
from tessella.domain.identifiers import (
    DEFINITION_PATTERN,
    CampaignId,
    FeatureName,
    Instant,
    Json,
    Pointer,
    ProfileId,
    SegmentId,
    nearest,
    point,
)
from tessella.domain.ranking.knobs import GROUPS, KNOBS, Knobs, nested, read_knobs
from tessella.domain.ranking.profile import Campaign, Profile
from tessella.domain.segments.segment import Segment
from tessella.domain.wire import read_record


class Kind(StrEnum):
    """The kinds, each with the field that names an object of it."""

    FEATURE = "feature"
    SEGMENT = "segment"
    PROFILE = "profile"
    CAMPAIGN = "campaign"
    DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class Defaults:
    """The namespace's layer of knobs."""

    knobs: Knobs = field(default_factory=dict)


Definition = Feature | Segment | Profile | Campaign | Defaults

#: The field of the JSON object that holds its name.
ID_FIELD: Final = {
    Kind.FEATURE: "name",
    Kind.SEGMENT: "segment_id",
    Kind.PROFILE: "profile_id",
    Kind.CAMPAIGN: "campaign_id",
}
DEFAULTS_ID: Final = "defaults"


@dataclass(frozen=True, slots=True)
class Definitions:
    """Everything that a namespace has defined, by kind and name."""

    features: Mapping[FeatureName, Feature] = field(default_factory=dict)
    segments: Mapping[SegmentId, Segment] = field(default_factory=dict)
    profiles: Mapping[ProfileId, Profile] = field(default_factory=dict)
    campaigns: Mapping[CampaignId, Campaign] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)

    def with_definition(self, kind: Kind, identifier: str, definition: Definition | None) -> Definitions:
        """The same with one object put in place, or taken away when it is None."""
        changed: dict[str, Any]
        if kind is Kind.DEFAULTS:
            changed = {"defaults": definition or Defaults()}
        else:
            kept = {name: each for name, each in self.of_kind(kind).items() if name != identifier}
            changed = {f"{kind}s": kept if definition is None else {**kept, identifier: definition}}
        return replace(self, **changed)

    def of_kind(self, kind: Kind) -> Mapping[str, Definition]:
        """The objects of one kind by name."""
        objects: Mapping[str, Definition] = (
            getattr(self, f"{kind}s") if kind in ID_FIELD else {DEFAULTS_ID: self.defaults}
        )
        return objects


def read_definition(kind: Kind, written: Json, at: Pointer = "") -> Definition:
    """One object from its JSON form. Raises `Invalid` errors that point at each fault."""
    if not isinstance(written, Mapping):
        raise WrongShape(at, f"A {kind} must be an object.")
    if kind in ID_FIELD:
        check_identifier(written.get(ID_FIELD[kind]), point(at, ID_FIELD[kind]))
    return _READERS[kind](written, at)


def identifier_of(kind: Kind, definition: Definition) -> str:
    """The object's name within its kind."""
    return DEFAULTS_ID if kind is Kind.DEFAULTS else str(getattr(definition, ID_FIELD[kind]))


def check_identifier(written: Json, at: Pointer) -> None:
    """Raises `WrongShape` unless it is a name: letters, digits and . _ : - only, at most 128, letter or digit first."""
    if not isinstance(written, str) or not DEFINITION_PATTERN.fullmatch(written):
        raise WrongShape(
            at, "A name is 1 to 128 letters, digits and . _ : -, and starts with a letter or digit.", 'Such as "vip-2".'
        )


def write_definition(definition: Definition) -> dict[str, Json]:
    """The JSON form, with flat knobs; `read_definition` reads it back to an equal object."""
    match definition:
        case Profile():
            named = {"profile_id": definition.profile_id, "name": definition.name}
            return {**named, "description": definition.description, **definition.knobs}
        case Campaign():
            times = {"starts_at": _text(definition.starts_at), "ends_at": _text(definition.ends_at)}
            return {"campaign_id": definition.campaign_id, "overrides": dict(definition.overrides), **times}
        case Defaults():
            return dict(definition.knobs)
        case _:
            return dict(msgspec.to_builtins(definition))


def write_nested(definition: Definition) -> dict[str, Json]:
    """The form of the YAML files: as `write_definition`, with nested knobs."""
    written = write_definition(definition)
    match definition:
        case Profile():
            return {k: v for k, v in written.items() if k not in KNOBS} | nested(definition.knobs)
        case Campaign():
            return written | {"overrides": nested(definition.overrides)}
        case Defaults():
            return dict(nested(definition.knobs))
        case _:
            return written


def _text(instant: Instant | None) -> str | None:
    return None if instant is None else iso(instant)


def _feature(written: Mapping[str, Json], at: Pointer) -> Feature:
    spelled = {**written, "type": "string_list"} if written.get("type") == "string list" else written
    feature = read_record(Feature, spelled, at)
    built_in = Schema().get(feature.name)
    if built_in is not None and (built_in.type, built_in.source) != (feature.type, feature.source):
        problem = f'"{feature.name}" is built in: type {built_in.type}, source {built_in.source}.'
        raise WrongShape(point(at, "name"), problem, "Leave it as it is, or choose another name.")
    for index, value in enumerate(feature.allowed_values):
        if normalise(value, feature.type) is None:
            raise WrongShape(point(at, "allowed_values", index), f"{value!r} is no {feature.type}.")
    return feature


def _segment(written: Mapping[str, Json], at: Pointer) -> Segment:
    segment = read_record(Segment, written, at)
    seen: set[str] = set()
    for index, rule in enumerate(segment.rules):
        check_identifier(rule.rule_id, point(at, "rules", index, "rule_id"))
        if rule.rule_id in seen:
            raise WrongShape(point(at, "rules", index, "rule_id"), f'Two rules are called "{rule.rule_id}".')
        seen.add(rule.rule_id)
    return segment


def _profile(written: Mapping[str, Json], at: Pointer) -> Profile:
    texts = {name: written[name] for name in ("profile_id", "name", "description") if name in written}
    _check_texts(texts, at)
    return Profile(**texts, knobs=read_knobs({k: v for k, v in written.items() if k not in texts}, at))


def _campaign(written: Mapping[str, Json], at: Pointer) -> Campaign:
    known = ("campaign_id", "overrides", "starts_at", "ends_at")
    errors: list[TessellaError] = [
        UnknownField(point(at, name), name, nearest(name, known)) for name in written if name not in known
    ]
    if errors:
        raise Faults(errors)
    overrides = read_knobs(written.get("overrides", {}), point(at, "overrides"))
    starts_at, ends_at = (read_instant(written.get(name), point(at, name)) for name in known[2:])
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        raise WrongShape(point(at, "ends_at"), "A campaign must end after it starts.")
    return Campaign(written["campaign_id"], overrides, starts_at, ends_at)


def _defaults(written: Mapping[str, Json], at: Pointer) -> Defaults:
    return Defaults(read_knobs(written, at))


def _check_texts(texts: Mapping[str, Any], at: Pointer) -> None:
    for name, value in texts.items():
        if not isinstance(value, str):
            raise WrongShape(point(at, name), f"{name} must be text.")


def read_instant(written: Json, at: Pointer) -> Instant | None:
    """An ISO 8601 time, UTC when it carries no zone; None for null. Raises `WrongShape`."""
    if written is None:
        return None
    instant = normalise(written, FeatureType.TIMESTAMP) if isinstance(written, str) else None
    if instant is None:
        raise WrongShape(at, "A time is ISO 8601 text, such as 2026-06-30T12:00:00Z; without a zone it is UTC.")
    return Instant(int(instant))  # type: ignore[arg-type]  # the gate gives an int for a timestamp


_READERS: Final[Mapping[Kind, Callable[[Mapping[str, Json], Pointer], Definition]]] = {
    Kind.FEATURE: _feature,
    Kind.SEGMENT: _segment,
    Kind.PROFILE: _profile,
    Kind.CAMPAIGN: _campaign,
    Kind.DEFAULTS: _defaults,
}

__all__ = [
    "DEFAULTS_ID", "GROUPS", "ID_FIELD", "Defaults", "Definition", "Definitions", "Kind", "check_identifier",
    "identifier_of", "read_definition", "read_instant", "write_definition", "write_nested",
]  # fmt: skip
