"""How alike two answers are, and what makes them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tessella.domain.taxonomy.rollout.answers import ToldAnomalies, ToldProfile

#: Profiles of this similarity or more are equivalent. Source: requirement C, "Migration Validation".
EQUIVALENT: Final = 0.9


class CauseKind(StrEnum):
    """What makes two answers differ."""

    #: Another segment is the player's on this axis.
    SEGMENT = "segment"
    #: The same one, with another strength beside the others.
    STRENGTH = "strength"
    #: Only one of the systems tells of this axis.
    AXIS_MISSING = "axis_missing"
    #: One flags the player's days, the other does not.
    FLAG = "flag"
    LEGACY_FAILED = "legacy_failed"
    UNIFIED_FAILED = "unified_failed"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing in which they differ."""

    kind: CauseKind
    #: Empty where it is of no axis.
    axis_name: str
    #: What each says, in words.
    legacy: str
    unified: str
    #: 0 to 1 on this axis; None where one says nothing.
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How alike they are. `similarity` is 0 to 1; None where one of them gave no answer."""

    similarity: float | None
    causes: tuple[Cause, ...]

    @property
    def is_equivalent(self) -> bool:
        """Whether they are as good as the same."""
        return self.similarity is not None and self.similarity >= EQUIVALENT


def compared_profiles(legacy: ToldProfile, unified: ToldProfile) -> Comparison:
    """The mean over axes that either tells of, of sum_s min(a_s, b_s).

    a and b are a system's strengths on the axis divided by their sum: 1 where both divide the player among the
    segments alike, 0 where they name others or one is silent. Dividing takes the scale away, which the legacy system
    may have of its own. Strengths that are all 0 are shares alike.
    """
    ours, theirs = _by_axis(unified), _by_axis(legacy)
    axes = sorted(ours.keys() | theirs.keys())
    if not axes:
        return Comparison(1.0, ())
    overlaps = {each: _overlap(theirs.get(each, {}), ours.get(each, {})) for each in axes}
    causes = [
        _cause(each, theirs.get(each), ours.get(each), overlaps[each]) for each in axes if overlaps[each] < EQUIVALENT
    ]
    return Comparison(sum(overlaps.values()) / len(axes), tuple(causes))


def compared_anomalies(legacy: ToldAnomalies, unified: ToldAnomalies) -> Comparison:
    """1 - |difference of the scores|; a difference of the flags is a cause whatever the scores."""
    similarity = 1 - abs(legacy.overall_score - unified.overall_score)
    if legacy.is_anomalous is unified.is_anomalous:
        return Comparison(similarity, ())
    said = _flag(legacy), _flag(unified)
    return Comparison(similarity, (Cause(CauseKind.FLAG, "", *said, similarity),))


def failed_comparison(kind: CauseKind, problem: str) -> Comparison:
    """What is kept where one of them gave no answer."""
    legacy, unified = (problem, "answered") if kind is CauseKind.LEGACY_FAILED else ("answered", problem)
    return Comparison(None, (Cause(kind, "", legacy, unified),))


def _by_axis(profile: ToldProfile) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for each in profile.memberships:
        found.setdefault(each.axis_name, {})[each.segment_name] = each.membership_strength
    return found


def _overlap(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    one, other = _shares(one), _shares(other)
    return sum(min(share, other.get(name, 0.0)) for name, share in one.items())


def _shares(strengths: Mapping[str, float]) -> Mapping[str, float]:
    whole = sum(strengths.values())
    return {name: each / whole if whole else 1 / len(strengths) for name, each in strengths.items()}


def _cause(axis: str, legacy: Mapping[str, float] | None, unified: Mapping[str, float] | None, overlap: float) -> Cause:
    if legacy is None or unified is None:
        return Cause(CauseKind.AXIS_MISSING, axis, _best(legacy), _best(unified))
    kind = CauseKind.STRENGTH if _name(legacy) == _name(unified) else CauseKind.SEGMENT
    return Cause(kind, axis, _best(legacy), _best(unified), overlap)


def _name(strengths: Mapping[str, float]) -> str:
    return max(sorted(strengths), key=lambda each: strengths[each])


def _best(strengths: Mapping[str, float] | None) -> str:
    return "nothing" if not strengths else f"{_name(strengths)} ({strengths[_name(strengths)]:.2f})"


def _flag(told: ToldAnomalies) -> str:
    return f"{'an anomaly' if told.is_anomalous else 'no anomaly'} ({told.overall_score:.2f})"
