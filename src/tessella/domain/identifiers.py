"""Names for the things that have identity, and the one way each is made or checked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NewType

from tessella.domain.errors import WrongShape

Namespace = NewType("Namespace", str)
SubjectId = NewType("SubjectId", str)
FeatureName = NewType("FeatureName", str)
SegmentId = NewType("SegmentId", str)
RuleId = NewType("RuleId", str)
SourceId = NewType("SourceId", str)
ProfileId = NewType("ProfileId", str)
CampaignId = NewType("CampaignId", str)
PredictionId = NewType("PredictionId", str)
OfferId = NewType("OfferId", str)
ExperimentId = NewType("ExperimentId", str)
GameId = NewType("GameId", str)
ScopeId = NewType("ScopeId", str)
VariantId = NewType("VariantId", str)
DecisionId = NewType("DecisionId", str)
Pseudonym = NewType("Pseudonym", str)

#: Microseconds since 1970-01-01T00:00:00Z; digits finer than a microsecond are truncated.
Instant = NewType("Instant", int)

#: RFC 6901 pointer into the input, such as `/rules/0/expr/all/1`.
Pointer = str

#: A parsed JSON value.
Json = Any

DEFAULT_SEGMENT = SegmentId("default")

NAMESPACE_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
DEFINITION_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}")
DECISION_PATTERN = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SUBJECT_MAX_LENGTH = 256


class Role(StrEnum):
    """Who is calling; `matrix.yaml` says what each may do."""

    CLIENT = "client"
    READER = "reader"
    MONITOR = "monitor"
    ADMIN = "admin"
    SUPERADMIN = "superadmin"
    SERVICE = "service"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when none is near. A number is no misspelling of another one.

    >>> nearest("user.teir", ["user.tier", "ctx.region"])
    'user.tier'
    >>> nearest("1029744", ["1029743"])
    """
    likely = [each for each in known if not (name.isdecimal() and each.isdecimal())]
    close = difflib.get_close_matches(name, likely, n=1, cutoff=0.6)
    return close[0] if close else None


def point(base: Pointer, *steps: str | int) -> Pointer:
    """`base` extended by steps, escaped as RFC 6901 asks.

    >>> point("/rules", 0, "a/b")
    '/rules/0/a~1b'
    """
    return base + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def read_namespace(name: str) -> Namespace:
    """`name` as the name of a namespace. Raises `WrongShape` when it cannot be one.

    >>> read_namespace("shop")
    'shop'
    """
    if not NAMESPACE_PATTERN.fullmatch(name):
        problem = f'"{name}" is no namespace: 1 to 63 small letters, digits, _ and -, first a letter or digit.'
        raise WrongShape("", problem, 'Such as "shop".')
    return Namespace(name)
