"""Compare profiles: what is asked, and the lists side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from tessella.domain.identifiers import Json
from tessella.domain.ranking.ranking import Trace
from tessella.domain.ranking.side_by_side import ItemRanks
from tessella.http.schemas.recommend import ItemWithReasons, RecommendBody
from tessella.usecases.compare_profiles import PROFILES_MAX

ProfileIds = Annotated[
    list[str], msgspec.Meta(max_length=PROFILES_MAX, description="Profiles to compare, each named once.")
]
Unsaved = Annotated[
    list[dict[str, Json]],
    msgspec.Meta(
        max_length=PROFILES_MAX,
        description="Profiles that are not saved, each written as for PUT /api/v1/profiles/{profile_id}: their lists "
        "follow, as if they were in force. All together may be five, and have to be one.",
    ),
]


class CompareBody(RecommendBody, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One request for items, and the profiles to rank them by in place of the segment's own."""

    profile_ids: ProfileIds
    unsaved: Unsaved = msgspec.field(default_factory=list)


class ProfileListShown(msgspec.Struct, frozen=True):
    """What one profile gives."""

    profile_id: str
    config: Mapping[str, float | int | bool]
    #: Best first.
    items: list[ItemWithReasons]
    #: What is to be known of the list as a whole, each with `code` and `text`.
    reasons: list[dict[str, Json]]
    #: With `explain`: what each step of the ranking did; else null, and while no ranking index was built.
    trace: Trace | None


class ProfilesComparedShown(msgspec.Struct, frozen=True):
    """The lists of several profiles for one request."""

    #: What the request gets by itself.
    segment_id: str
    profile_id: str | None
    #: Of that decision, each with `code`, `text` and what the code speaks of.
    reasons: list[dict[str, Json]]
    snapshot_version: int
    #: Null while no ranking index was built.
    index_version: str | None
    #: In the order of `profile_ids`, then of `unsaved`.
    lists: list[ProfileListShown]
    #: Every item of any list: those of the first in their order, then what the second adds, and so on.
    items: list[ItemRanks]
