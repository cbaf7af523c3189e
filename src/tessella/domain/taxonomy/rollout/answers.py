"""What either system says of a player, in one form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, log, sqrt
from typing import TYPE_CHECKING, Final

from tessella.domain.errors import LegacyAnswerInvalid
from tessella.domain.errors.messages import storable
from tessella.domain.identifiers import Json, Pointer, point

if TYPE_CHECKING:
    from tessella.domain.taxonomy.detection import AnomalyDetection
    from tessella.domain.taxonomy.profile import PlayerBehavioralProfile

#: The most memberships of an answer that are read.
MOST_MEMBERSHIPS: Final = 200
#: The longest name of an axis or a segment: differences keep it.
MOST_LETTERS: Final = 256


@dataclass(frozen=True, slots=True)
class ToldMembership:
    """A membership of a profile. What the legacy system does not tell is None."""

    axis_name: str
    segment_name: str
    membership_strength: float
    #: Of one that is not told: sqrt(-2 ln strength), as strength = exp(-0.5 d^2) in both systems.
    distance_from_center: float | None
    segment_id: int | None = None
    position_offset: Mapping[str, float] | None = None
    confidence: float | None = None
    typicality: float | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class ToldProfile:
    """A profile, whoever tells it: the fields of the unified one, so that a caller reads both alike."""

    memberships: tuple[ToldMembership, ...]
    taxonomy_version: int | None = None
    variance_coverage: float | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class ToldAnomalies:
    """Whether the last days are anomalies, whoever tells it."""

    overall_score: float
    is_anomalous: bool


def told_profile(profile: PlayerBehavioralProfile) -> ToldProfile:
    """The unified system's profile."""
    memberships = tuple(
        ToldMembership(
            each.axis_name, each.segment_name, each.membership_strength, each.distance_from_center, each.segment_id,
            each.position_offset, each.confidence, each.typicality, each.share,
        )
        for each in profile.memberships
    )  # fmt: skip
    return ToldProfile(memberships, profile.taxonomy_version, profile.variance_coverage, profile.confidence)


def told_anomalies(detection: AnomalyDetection) -> ToldAnomalies:
    """The unified system's, by document C's own method: that is what the legacy system's is compared with."""
    return ToldAnomalies(detection.overall_score, detection.is_anomalous)


def read_profile(answer: Json, names: Mapping[str, str]) -> ToldProfile:
    """The legacy system's profile: `{"memberships": [{axis_name, segment_name, membership_strength, ...}]}`.

    `names` says what its segments are called here; another one keeps its name. Fields that are not known are passed
    over. Raises `LegacyAnswerInvalid`, which points at the fault.
    """
    listed = _field(answer, "memberships", "")
    if not isinstance(listed, list) or len(listed) > MOST_MEMBERSHIPS:
        raise LegacyAnswerInvalid("/memberships", f"it is no list of at most {MOST_MEMBERSHIPS} memberships")
    return ToldProfile(
        tuple(_membership(each, names, point("/memberships", at)) for at, each in enumerate(listed)),
        variance_coverage=_optional(answer, "variance_coverage", ""),
        confidence=_optional(answer, "confidence", ""),
    )


def read_anomalies(answer: Json) -> ToldAnomalies:
    """The legacy system's: `{"overall_score": 0 to 1, "is_anomalous": true or false}`. Raises `LegacyAnswerInvalid`."""
    flag = _field(answer, "is_anomalous", "")
    if not isinstance(flag, bool):
        raise LegacyAnswerInvalid("/is_anomalous", "it is neither true nor false")
    return ToldAnomalies(_share(_field(answer, "overall_score", ""), "/overall_score"), flag)


def _membership(written: Json, names: Mapping[str, str], at: Pointer) -> ToldMembership:
    axis, segment = (_text(_field(written, name, at), point(at, name)) for name in ("axis_name", "segment_name"))
    strength = _share(_field(written, "membership_strength", at), point(at, "membership_strength"))
    distance = sqrt(-2 * log(strength)) if strength > 0 else None
    return ToldMembership(
        axis, names.get(segment, segment), strength, distance, confidence=_optional(written, "confidence", at)
    )


def _field(written: Json, name: str, at: Pointer) -> Json:
    if not isinstance(written, dict) or name not in written:
        raise LegacyAnswerInvalid(point(at, name), "it is missing")
    return written[name]


def _text(value: Json, at: Pointer) -> str:
    if not isinstance(value, str) or not value or storable(value, MOST_LETTERS) != value:
        raise LegacyAnswerInvalid(at, f"it is no text of 1 to {MOST_LETTERS} letters, without NUL")
    return value


def _share(value: Json, at: Pointer) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or not 0 <= value <= 1:
        raise LegacyAnswerInvalid(at, "it is no number from 0 to 1")
    return float(value)


def _optional(written: Json, name: str, at: Pointer) -> float | None:
    return None if written.get(name) is None else _share(written[name], point(at, name))
