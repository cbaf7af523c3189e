"""What two profiles recommend to one household of the demo, beside what it buys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella import usecases
from tessella.domain.identifiers import Instant, ProfileId, SubjectId
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports import Session
from tessella.usecases.compare_profiles import ProfilesCompared
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.ranking import ItemsAsked
from tessella.usecases.recommend import RecommendationRequest

#: A VIP who shops every few days. Its own profile looks for what is new, the other one for what is needed again.
HOUSEHOLD: Final = SubjectId("13")
PROFILES: Final = (ProfileId("vip-high-novelty"), ProfileId("steady-replenish"))
_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class HouseholdLists:
    """The lists of one household."""

    subject_id: SubjectId
    #: The items that may be shown and are on most receipt lines among its last 1,000 events, and on how many.
    bought_most: Sequence[tuple[str, int]]
    compared: ProfilesCompared
    #: All that are named above.
    items: Mapping[str, Item]


async def household_lists(session: Session, at: Instant) -> HouseholdLists:
    """What the household buys, and what each of the profiles would show it."""
    request = RecommendationRequest(DecisionRequest(HOUSEHOLD, at=at), ItemsAsked(_LENGTH))
    compared = await usecases.compare_profiles(session, request, PROFILES)
    bought = await _bought_most(session)
    named = [*(each.item_id for each in compared.items), *(item_id for item_id, _ in bought)]
    items = {item.item_id: item for item in await session.items_of(named)}
    return HouseholdLists(HOUSEHOLD, bought, compared, items)


async def _bought_most(session: Session) -> list[tuple[str, int]]:
    """Of what is in the catalogue and may be shown: not fuel."""
    lines = Counter((await session.history(HOUSEHOLD)).item_ids)
    shown = {item.item_id for item in await session.items_of(list(lines)) if item.available}
    return [each for each in lines.most_common() if each[0] in shown][:_LENGTH]
