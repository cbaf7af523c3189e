"""A profile: a named bundle of ranking knobs. A campaign: overrides for a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from tessella.domain.identifiers import CampaignId, Instant, Json, ProfileId
from tessella.domain.ranking.knobs import Knobs

MOST_PINS: Final = 100


@dataclass(frozen=True, slots=True)
class Profile:
    """What a segment points at. Knobs that it leaves out come from the namespace's defaults."""

    profile_id: ProfileId
    name: str = ""
    description: str = ""
    knobs: Knobs = field(default_factory=dict)
    #: A rule over features of items, in its JSON form: only items that pass are shown. None: all do.
    item_filter: Json = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """Overrides that a request asks for by name; they hold from `starts_at` until before `ends_at`."""

    campaign_id: CampaignId
    overrides: Knobs = field(default_factory=dict)
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    item_filter: Json = None
    #: Items that come first, in this order.
    pins: tuple[str, ...] = ()

    def holds_at(self, now: Instant) -> bool:
        """Whether the campaign runs at `now`."""
        return (self.starts_at is None or self.starts_at <= now) and (self.ends_at is None or now < self.ends_at)
