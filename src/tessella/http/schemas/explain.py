"""Explanations: the truth of rules, and why segments lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from tessella.domain.identifiers import Json
from tessella.http.schemas.decide import DecisionAsked, DecisionWithReasons, VariantOfDecision


class TruthTree(msgspec.Struct, frozen=True, omit_defaults=True):
    """One node of a rule with its truth and the value that was seen."""

    op: str
    truth: Literal["true", "false", "absent"]
    feature: str | None = None
    segment_id: str | None = None
    operand: Json = None
    value: Json = None
    children: tuple[TruthTree, ...] = ()


class RuleShown(msgspec.Struct, frozen=True):
    """One rule of a segment."""

    rule_id: str
    sentence: str
    tree: TruthTree


class SegmentShown(msgspec.Struct, frozen=True):
    """One segment in the order of trial."""

    segment_id: str
    name: str
    priority: int
    matched: bool
    #: Why it was chosen, or lost.
    why: str
    rules: list[RuleShown]


class DecisionExplained(DecisionWithReasons, frozen=True, kw_only=True):
    """A decision with everything that led to it."""

    #: The layer that set each knob.
    provenance: Mapping[str, str]
    segments: list[SegmentShown]
    #: Where each value came from: request, fact or clock.
    sources: Mapping[str, str]


class SimulateBody(DecisionAsked, frozen=True, forbid_unknown_fields=True):
    """What to try. Nothing is recorded."""


class Simulated(msgspec.Struct, frozen=True):
    """What would be decided, and who else was tried."""

    segment_id: str
    profile_id: str | None
    rule_id: str | None
    config: Mapping[str, float | int | bool]
    provenance: Mapping[str, str]
    reasons: list[dict[str, Json]]
    snapshot_version: int
    facts_as_of: str | None
    #: The rules of the chosen segment; null when the default applies.
    chosen: SegmentShown | None
    #: Every other active segment, in the order of trial.
    runners_up: list[SegmentShown]
    sources: Mapping[str, str]
    #: What an experiment would give; left out where none was asked for.
    experiment: VariantOfDecision | msgspec.UnsetType = msgspec.UNSET
