"""A scope's items in order for a subject."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from tessella.domain.identifiers import Instant, ScopeId

#: What makes rankings by the rules of a scope.
RULE_V1: Final = "rule_v1"
#: What is told of the default order: nothing of the subject has gone into it.
DEFAULT_ORDER: Final = "default"
#: The other side of a comparison.
RANDOM: Final = "random"


class WhyDefault(StrEnum):
    """Why somebody gets the default order. For administrators and metrics; clients never learn it."""

    OPTED_OUT = "opted_out"
    SWITCHED_OFF = "switched_off"
    NOT_IN_ROLLOUT = "not_in_rollout"
    ANONYMOUS = "anonymous"


class RankedItem(msgspec.Struct, frozen=True):
    """One item of a ranking."""

    item_id: str
    #: 0 to 1.
    score: float
    #: 0 to 1.
    confidence: float
    #: Why it stands where it does: for administrators only.
    tags: tuple[str, ...] = ()


class ScopeRanking(msgspec.Struct, frozen=True):
    """What a subject is shown of a scope."""

    scope: ScopeId
    items: tuple[RankedItem, ...]
    model_version: str
    computed_at: Instant
    #: Served from what was kept.
    cached: bool = False
    #: None: it is personal.
    why_default: WhyDefault | None = None
