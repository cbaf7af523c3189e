"""What personalization knows of a subject: nine figures, none of which says who it is.

Source: requirement D, "Feature Vector (Privacy-Safe)".
"""

from __future__ import annotations

from typing import Final

import msgspec

from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, SubjectId


class FeatureVector(msgspec.Struct, frozen=True):
    """One subject's vector. None: there were no events that tell. A struct: one is read for each request."""

    user_id: SubjectId
    computed_at: Instant
    #: 0 to 1: the share of what was begun that was completed.
    engagement_score: float | None = None
    #: 0 to 1: the share of notifications that were clicked.
    notification_ctr: float | None = None
    session_count_7d: int | None = None
    session_count_30d: int | None = None
    avg_session_duration_sec: float | None = None
    #: The hour of the day, 0 to 23.
    preferred_time_slot: int | None = None
    device_type: str | None = None
    #: ISO 3166-1, two letters.
    country_code: str | None = None
    #: Hours from UTC, -12 to 14.
    timezone_offset: float | None = None


#: The fields that say something of the subject, in the order of the table.
VECTOR_FIELDS: Final = tuple(each for each in FeatureVector.__struct_fields__ if each not in ("user_id", "computed_at"))
#: Their types.
VECTOR_TYPES: Final = {
    "engagement_score": FeatureType.NUMBER,
    "notification_ctr": FeatureType.NUMBER,
    "session_count_7d": FeatureType.INTEGER,
    "session_count_30d": FeatureType.INTEGER,
    "avg_session_duration_sec": FeatureType.NUMBER,
    "preferred_time_slot": FeatureType.INTEGER,
    "device_type": FeatureType.STRING,
    "country_code": FeatureType.STRING,
    "timezone_offset": FeatureType.NUMBER,
}
