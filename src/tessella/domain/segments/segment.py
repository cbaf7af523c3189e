"""A segment: a named set of rules with a priority, pointing at a profile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec

from tessella.domain.identifiers import DEFAULT_SEGMENT, Json, ProfileId, RuleId, SegmentId
from tessella.domain.rules.ast import Form


class RuleDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of a segment, as written."""

    rule_id: RuleId
    #: Left out or null: an empty rule, which JSONLogic has and the native form has not.
    expr: Json = None
    form: Form = Form.DSL
    enabled: bool = True


class Segment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One segment, as written. A subject is in it when any enabled rule matches."""

    segment_id: SegmentId
    name: str = ""
    description: str = ""
    owner: str = ""
    #: Segments are tried by descending priority, ties by segment_id.
    priority: Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)] = 0
    #: An inactive segment is never chosen; `in_segment` still reads its rules.
    active: bool = True
    #: None: the namespace's defaults.
    profile_id: ProfileId | None = None
    rules: tuple[RuleDefinition, ...] = ()

    def enabled_rules(self) -> tuple[RuleDefinition, ...]:
        """The rules that count."""
        return tuple(rule for rule in self.rules if rule.enabled)


def in_order_of_trial(segments: Iterable[Segment]) -> list[Segment]:
    """Active segments by descending priority, ties by segment_id. `default` is what is left, so it is not tried."""
    tried = [each for each in segments if each.active and each.segment_id != DEFAULT_SEGMENT]
    return sorted(tried, key=lambda each: (-each.priority, each.segment_id))
