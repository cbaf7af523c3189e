"""OpenFeature's remote evaluation (OFREP 0.3.0): what is asked, and flags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tessella.domain.identifiers import Json


class EvaluationBody(msgspec.Struct, frozen=True):
    """For whom, and in which context."""

    #: `targetingKey` names the subject; the rest is what a request for a decision has as its context.
    context: dict[str, Any]


class FlagShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """One flag."""

    key: str
    #: TARGETING_MATCH, or STATIC for what no rule chose.
    reason: str
    variant: str
    metadata: Mapping[str, Json]
    #: Absent where the caller's own default is to be used.
    value: Json | msgspec.UnsetType = msgspec.UNSET


class FlagsShown(msgspec.Struct, frozen=True):
    """All flags of one decision."""

    flags: list[FlagShown]
    metadata: Mapping[str, Json]


class EvaluationFailed(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why there is no flag."""

    errorDetails: str  # noqa: N815 - the protocol's name
    errorCode: str | None = None  # noqa: N815 - likewise
    key: str | None = None
