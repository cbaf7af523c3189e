"""What a search found, as it is told and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.identifiers import FeatureName, Instant, Json
from tessella.domain.intervals import Interval


class Behaviour(StrEnum):
    """What a group does more often than all, in the days after the cut."""

    #: Buys anything.
    CONVERSION = "conversion"
    #: Buys nothing.
    CHURN = "churn"
    #: Buys most often of one category.
    NEXT_CATEGORY = "next_category"


class Remark(StrEnum):
    """What there is to say about a search as a whole."""

    FOUND = "found"
    #: Every group's interval holds the rate of all: no group differs as far as can be told.
    NO_GROUP_DIFFERS = "no_group_differs"
    #: No feature has a value as of the cut.
    NO_FEATURES = "no_features"
    #: There are not enough subjects for two groups of the smallest size on each side of the split.
    TOO_FEW_SUBJECTS = "too_few_subjects"
    #: Everybody did the same: all bought, or nobody did.
    ALL_ALIKE = "all_alike"


@dataclass(frozen=True, slots=True)
class ProposedGroup:
    """A rule whose subjects do one thing more often than all. The figures are of subjects whom the search held out."""

    behaviour: Behaviour
    #: Of `next_category`.
    category: str | None
    #: In the native form.
    rule: Json
    sentence: str
    #: The subjects whom the rule matches, held out or not, and their share of all.
    support: int
    share: float
    #: Those of them who were held out, and how many of these behaved so.
    held_out: int
    rate: float
    #: The rate of all who were held out.
    overall: float
    #: rate / overall.
    lift: float
    #: Of `rate`; its confidence allows for all groups that were looked at.
    interval: Interval
    confidence: float


@dataclass(frozen=True, slots=True)
class Proposals:
    """Everything that a search tells."""

    as_of: Instant
    horizon_days: int
    remark: Remark
    #: All subjects with a value as of the cut, and how many of them were held out.
    subjects: int
    held_out: int
    #: The groups that were looked at.
    examined: int
    features: tuple[FeatureName, ...]
    #: Declared facts that could not be used, and why.
    left_out: Mapping[FeatureName, str]
    #: The largest lift first.
    groups: tuple[ProposedGroup, ...] = ()
    #: The ids of the drafts that were saved, where that was asked for.
    drafts: tuple[str, ...] = ()
